/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet frames with ARP (RFC 826) or with IPv4 without options (RFC 791) and UDP
 * (RFC 768) or TCP (RFC 9293): where things are, how they are read, written, summed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_BYTES_MAX 1514u
#define FRAME_BYTES_MIN 60u /* a shorter one may have been padded to this */

#define ETHER_TYPE_IPV4 0x0800u
#define ETHER_TYPE_ARP 0x0806u
#define IP_PROTOCOL_TCP 6u
#define IP_PROTOCOL_UDP 17u

/* Offsets in a frame. */
enum {
	ETHER_TO = 0,
	ETHER_FROM = 6,
	ETHER_TYPE = 12,
	ETHER_END = 14,
	ARP_OPERATION = 20,
	ARP_FROM_MAC = 22,
	ARP_FROM_IP = 28,
	ARP_TO_MAC = 32,
	ARP_TO_IP = 38,
	ARP_END = 42,
	IP_VERSION = 14,
	IP_BYTES = 16,
	IP_ID = 18,
	IP_FRAGMENT = 20,
	IP_TTL = 22,
	IP_PROTOCOL = 23,
	IP_CHECKSUM = 24,
	IP_FROM = 26,
	IP_TO = 30,
	IP_END = 34,
	UDP_FROM = 34,
	UDP_TO = 36,
	UDP_BYTES = 38,
	UDP_CHECKSUM = 40,
	UDP_END = 42,
	TCP_FROM = 34,
	TCP_TO = 36,
	TCP_SEQUENCE = 38,
	TCP_ACKNOWLEDGED = 42,
	TCP_OFFSET = 46,
	TCP_FLAGS = 47,
	TCP_WINDOW = 48,
	TCP_CHECKSUM = 50,
	TCP_URGENT = 52,
	TCP_END = 54,
};

/* Who talks to whom. */
struct frame_path {
	uint8_t from_mac[6], to_mac[6];
	uint8_t from_ip[4], to_ip[4];
};

/* What is wrong with a frame; 0 is nothing. */
enum frame_fault {
	FRAME_RIGHT,
	FRAME_LENGTH,      /* of the frame, IP or UDP: one contradicts another */
	FRAME_IP_HEADER,   /* version, options, fragment, time to live */
	FRAME_IP_CHECKSUM, /* wrong */
	FRAME_NO_CHECKSUM, /* of UDP: zero, which means none */
	FRAME_CHECKSUM,    /* of UDP or TCP: wrong */
	FRAME_PATH,        /* from or to somebody else */
	FRAME_PORT,        /* from or to a port that there is not */
	FRAME_PAYLOAD,     /* not what it should be */
	FRAME_FAULTS
};

extern const char *const frame_fault_names[FRAME_FAULTS];

static inline uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static inline uint32_t get32(const uint8_t *at)
{
	return get16(at) << 16 | get16(at + 2);
}

static inline void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

/* Writes the Ethernet and the IP header, for ip_bytes bytes from the IP header on. */
void frame_put_ip(uint8_t *frame, const struct frame_path *path, uint32_t protocol,
	uint32_t ip_bytes);

/* Writes the UDP header of a payload that stands there, all lengths and checksums. */
void frame_put_udp(uint8_t *frame, const struct frame_path *path, uint32_t from_port,
	uint32_t to_port, uint32_t payload_bytes);

/* Writes a checksum that covers all behind the IP header, and the pseudo header. */
void frame_put_checksum(uint8_t *frame, uint32_t at);

/* Whether this is an IPv4 frame of this protocol, whatever else it is. */
bool frame_is(const uint8_t *frame, uint32_t bytes, uint32_t protocol);

/*
 * Checks a received frame as far as the IP header and the checksum of what it carries;
 * `path` is the way it should have come. Requires: frame_is says UDP or TCP.
 */
enum frame_fault frame_check(
	const uint8_t *frame, uint32_t bytes, const struct frame_path *path);
