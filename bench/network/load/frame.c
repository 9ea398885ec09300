/* SPDX-License-Identifier: BSD-2-Clause */
/* See frame.h. */
#include "frame.h"

#include <string.h>

#define IP_VERSION_4_WORDS_5 0x45u
#define IP_FRAGMENT_NOT 0x4000u /* "don't fragment" */
#define IP_TTL_FIRST 64u

const char *const frame_fault_names[FRAME_FAULTS] = { "right", "length", "ip_header",
	"ip_checksum", "no_checksum", "checksum", "path", "port", "payload" };

/* The sum of 16-bit words (RFC 1071), not yet folded; bytes < 2^16. */
static uint64_t sum_words(const uint8_t *at, uint32_t bytes)
{
	uint64_t sum = 0;

	for (; bytes >= 2; bytes -= 2, at += 2)
		sum += get16(at);
	return bytes == 0 ? sum : sum + ((uint32_t)*at << 8);
}

static uint32_t fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

/* 0xffff if the checksum inside is right; with 0 in its place the one to put there. */
static uint32_t sum_transport(const uint8_t *frame)
{
	uint32_t bytes = get16(&frame[IP_BYTES]) - (IP_END - IP_VERSION);

	return fold(sum_words(&frame[IP_END], bytes) + sum_words(&frame[IP_FROM], 8) +
		    frame[IP_PROTOCOL] + bytes);
}

void frame_put_ip(uint8_t *frame, const struct frame_path *path, uint32_t protocol,
	uint32_t ip_bytes)
{
	static uint32_t id;

	memcpy(&frame[ETHER_TO], path->to_mac, 6);
	memcpy(&frame[ETHER_FROM], path->from_mac, 6);
	put16(&frame[ETHER_TYPE], ETHER_TYPE_IPV4);
	put16(&frame[IP_VERSION], IP_VERSION_4_WORDS_5 << 8);
	put16(&frame[IP_BYTES], ip_bytes);
	put16(&frame[IP_ID], id++);
	put16(&frame[IP_FRAGMENT], IP_FRAGMENT_NOT);
	put16(&frame[IP_TTL], IP_TTL_FIRST << 8 | protocol);
	put16(&frame[IP_CHECKSUM], 0);
	memcpy(&frame[IP_FROM], path->from_ip, 4);
	memcpy(&frame[IP_TO], path->to_ip, 4);
	put16(&frame[IP_CHECKSUM],
		~fold(sum_words(&frame[IP_VERSION], IP_END - IP_VERSION)));
}

void frame_put_checksum(uint8_t *frame, uint32_t at)
{
	uint32_t sum;

	put16(&frame[at], 0);
	sum = ~sum_transport(frame) & 0xffff;
	put16(&frame[at], sum != 0 ? sum : 0xffff);
}

void frame_put_udp(uint8_t *frame, const struct frame_path *path, uint32_t from_port,
	uint32_t to_port, uint32_t payload_bytes)
{
	frame_put_ip(frame, path, IP_PROTOCOL_UDP, UDP_END - IP_VERSION + payload_bytes);
	put16(&frame[UDP_FROM], from_port);
	put16(&frame[UDP_TO], to_port);
	put16(&frame[UDP_BYTES], UDP_END - UDP_FROM + payload_bytes);
	frame_put_checksum(frame, UDP_CHECKSUM);
}

bool frame_is(const uint8_t *frame, uint32_t bytes, uint32_t protocol)
{
	return bytes >= IP_END && get16(&frame[ETHER_TYPE]) == ETHER_TYPE_IPV4 &&
	       frame[IP_PROTOCOL] == protocol;
}

enum frame_fault frame_check(
	const uint8_t *frame, uint32_t bytes, const struct frame_path *path)
{
	bool udp = frame[IP_PROTOCOL] == IP_PROTOCOL_UDP;
	uint32_t ip_bytes = get16(&frame[IP_BYTES]);
	bool padded = ETHER_END + ip_bytes < FRAME_BYTES_MIN && bytes == FRAME_BYTES_MIN;

	if (get16(&frame[IP_VERSION]) >> 8 != IP_VERSION_4_WORDS_5 ||
		(get16(&frame[IP_FRAGMENT]) & ~IP_FRAGMENT_NOT) != 0 ||
		frame[IP_TTL] == 0)
		return FRAME_IP_HEADER;
	if ((ETHER_END + ip_bytes != bytes && !padded) ||
		ip_bytes < (udp ? UDP_END : TCP_END) - IP_VERSION ||
		(udp && get16(&frame[UDP_BYTES]) != ip_bytes - (UDP_FROM - IP_VERSION)))
		return FRAME_LENGTH;
	if (fold(sum_words(&frame[IP_VERSION], IP_END - IP_VERSION)) != 0xffff)
		return FRAME_IP_CHECKSUM;
	if (udp && get16(&frame[UDP_CHECKSUM]) == 0)
		return FRAME_NO_CHECKSUM;
	if (sum_transport(frame) != 0xffff)
		return FRAME_CHECKSUM;
	if (memcmp(&frame[ETHER_TO], path->to_mac, 6) != 0 ||
		memcmp(&frame[ETHER_FROM], path->from_mac, 6) != 0 ||
		memcmp(&frame[IP_FROM], path->from_ip, 4) != 0 ||
		memcmp(&frame[IP_TO], path->to_ip, 4) != 0)
		return FRAME_PATH;
	return FRAME_RIGHT;
}
