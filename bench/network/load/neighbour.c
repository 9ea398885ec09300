/* SPDX-License-Identifier: BSD-2-Clause */
/* See neighbour.h. */
#include "neighbour.h"

#include <string.h>

#define ARP_REQUEST 1u
#define ARP_REPLY 2u
#define ARP_ASK_US 100000u

#define FIRST_LEASE 15u

/* DHCP in a frame: RFC 2131, section 2, behind UDP_END; options of RFC 2132. */
enum {
	BOOTP_OP = UDP_END,
	BOOTP_XID = UDP_END + 4,
	BOOTP_YIADDR = UDP_END + 16,
	BOOTP_SIADDR = UDP_END + 20,
	BOOTP_CHADDR = UDP_END + 28,
	DHCP_COOKIE = UDP_END + 236,
	DHCP_OPTIONS = UDP_END + 240,
	DHCP_REPLY_BYTES = 300, /* the least that BOOTP has (RFC 1542, 2.1) */
};

#define DHCP_COOKIE_VALUE 0x63825363u
#define BOOTP_REPLY 2u
enum { DHCPDISCOVER = 1, DHCPOFFER = 2, DHCPREQUEST = 3, DHCPACK = 5 };
enum { OPTION_PAD = 0, OPTION_TYPE = 53, OPTION_END = 255 };

static const uint8_t our_mac[6] = { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 };
static const uint8_t our_ip[4] = { 10, 0, 2, 2 };
static const uint8_t no_ip[4];
static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

void neighbour_init(struct neighbours *n, int socket, const uint8_t mac[6])
{
	memset(n, 0, sizeof(*n));
	n->link.socket = socket;
	memcpy(n->out.from_mac, our_mac, 6);
	memcpy(n->out.from_ip, our_ip, 4);
	memcpy(n->out.to_mac, mac, 6);
	memcpy(n->in.to_mac, our_mac, 6);
	memcpy(n->in.to_ip, our_ip, 4);
}

static void send_arp(struct neighbours *n, uint32_t operation, const uint8_t to_mac[6],
	const uint8_t to_ip[4])
{
	/* Ethernet and IPv4, with addresses of 6 and 4 bytes. */
	static const uint8_t kind[6] = { 0, 1, 8, 0, 6, 4 };
	uint8_t *frame = link_frame(&n->link);

	memset(frame, 0, FRAME_BYTES_MIN);
	memcpy(&frame[ETHER_TO], operation == ARP_REQUEST ? everybody : to_mac, 6);
	memcpy(&frame[ETHER_FROM], our_mac, 6);
	put16(&frame[ETHER_TYPE], ETHER_TYPE_ARP);
	memcpy(&frame[ETHER_END], kind, sizeof(kind));
	put16(&frame[ARP_OPERATION], operation);
	memcpy(&frame[ARP_FROM_MAC], our_mac, 6);
	memcpy(&frame[ARP_FROM_IP], our_ip, 4);
	memcpy(&frame[ARP_TO_MAC], to_mac, 6);
	memcpy(&frame[ARP_TO_IP], to_ip, 4);
	link_send(&n->link, FRAME_BYTES_MIN);
}

static void handle_arp(struct neighbours *n, const uint8_t *frame)
{
	uint32_t operation = get16(&frame[ARP_OPERATION]);

	if (operation == ARP_REQUEST && memcmp(&frame[ARP_TO_IP], our_ip, 4) == 0)
		send_arp(n, ARP_REPLY, &frame[ARP_FROM_MAC], &frame[ARP_FROM_IP]);
	if (operation == ARP_REPLY && memcmp(&frame[ARP_TO_MAC], our_mac, 6) == 0 &&
		memcmp(&frame[ARP_FROM_IP], n->out.to_ip, 4) == 0) {
		memcpy(n->out.to_mac, &frame[ARP_FROM_MAC], 6);
		memcpy(n->in.from_mac, n->out.to_mac, 6);
		memcpy(n->in.from_ip, n->out.to_ip, 4);
		n->present = true;
	}
}

/* The last number of the address that this MAC leases; 0 if there is none left. */
static uint32_t lease(struct neighbours *n, const uint8_t mac[6])
{
	uint32_t i = 0;

	while (i < n->num_leases && memcmp(n->leases[i], mac, 6) != 0)
		i++;
	if (i == NEIGHBOUR_LEASES)
		return 0;
	memcpy(n->leases[i], mac, 6);
	if (i == n->num_leases)
		n->num_leases++;
	return FIRST_LEASE + i;
}

static uint32_t dhcp_type(const uint8_t *frame, uint32_t bytes)
{
	if (bytes < DHCP_OPTIONS || get32(&frame[DHCP_COOKIE]) != DHCP_COOKIE_VALUE)
		return 0;
	for (uint32_t at = DHCP_OPTIONS; at + 2 < bytes && frame[at] != OPTION_END;)
		if (frame[at] == OPTION_TYPE)
			return frame[at + 2];
		else
			at += frame[at] == OPTION_PAD ? 1 : 2u + frame[at + 1];
	return 0;
}

static void send_dhcp(
	struct neighbours *n, const uint8_t *request, uint32_t type, uint32_t host)
{
	const uint8_t options[] = { OPTION_TYPE, 1, (uint8_t)type, 54, 4, our_ip[0],
		our_ip[1], our_ip[2], our_ip[3],                  /* server */
		51, 4, 0, 1, 0x51, 0x80,                          /* lease: a day */
		1, 4, 255, 255, 255, 0,                           /* net mask */
		3, 4, our_ip[0], our_ip[1], our_ip[2], our_ip[3], /* router */
		OPTION_END };
	struct frame_path path = n->out;
	uint8_t *frame = link_frame(&n->link);

	memset(frame, 0, UDP_END + DHCP_REPLY_BYTES);
	memcpy(&frame[BOOTP_OP], &request[BOOTP_OP], 44); /* as far as chaddr */
	frame[BOOTP_OP] = BOOTP_REPLY;
	memcpy(&frame[BOOTP_YIADDR], our_ip, 3);
	frame[BOOTP_YIADDR + 3] = (uint8_t)host;
	memcpy(&frame[BOOTP_SIADDR], our_ip, 4);
	put32(&frame[DHCP_COOKIE], DHCP_COOKIE_VALUE);
	memcpy(&frame[DHCP_OPTIONS], options, sizeof(options));
	memcpy(path.to_mac, &request[BOOTP_CHADDR], 6);
	memcpy(path.to_ip, everybody, 4);
	frame_put_udp(frame, &path, 67, 68, DHCP_REPLY_BYTES);
	link_send(&n->link, UDP_END + DHCP_REPLY_BYTES);
}

static void handle_dhcp(struct neighbours *n, const uint8_t *frame, uint32_t bytes)
{
	uint32_t type = dhcp_type(frame, bytes);
	bool client = type != 0 && memcmp(&frame[BOOTP_CHADDR], n->out.to_mac, 6) == 0;
	uint32_t host;

	if (type == DHCPDISCOVER && client)
		n->discovers++;
	if (type != DHCPDISCOVER && type != DHCPREQUEST)
		return;
	host = lease(n, &frame[BOOTP_CHADDR]);
	if (host == 0)
		return;
	send_dhcp(n, frame, type == DHCPDISCOVER ? DHCPOFFER : DHCPACK, host);
	if (client && type == DHCPREQUEST) {
		memcpy(n->out.to_ip, our_ip, 3);
		n->out.to_ip[3] = (uint8_t)host;
	}
}

bool neighbour_handle(struct neighbours *n, const uint8_t *frame, uint32_t bytes)
{
	if (bytes >= ARP_END && get16(&frame[ETHER_TYPE]) == ETHER_TYPE_ARP) {
		handle_arp(n, frame);
		return true;
	}
	if (bytes >= UDP_END && frame_is(frame, bytes, IP_PROTOCOL_UDP) &&
		get16(&frame[UDP_TO]) == 67) {
		handle_dhcp(n, frame, bytes);
		return true;
	}
	if (!frame_is(frame, bytes, IP_PROTOCOL_UDP) &&
		!frame_is(frame, bytes, IP_PROTOCOL_TCP)) {
		n->others++;
		return true;
	}
	return false;
}

/* Handles what comes within limit_us, until something has come. */
static bool handle_batch(struct neighbours *n, uint64_t limit_us)
{
	uint32_t received = link_receive(&n->link, limit_us);

	for (uint32_t i = 0; i < received; i++)
		(void)neighbour_handle(
			n, n->link.received_frame[i], n->link.received_bytes[i]);
	return received != 0;
}

bool neighbour_wait_discover(struct neighbours *n, uint32_t limit_s)
{
	uint64_t end_ns = link_now_ns() + limit_s * 1000000000ull;

	while (n->discovers == 0 && link_now_ns() < end_ns)
		(void)handle_batch(n, ARP_ASK_US);
	return n->discovers != 0;
}

bool neighbour_wait(struct neighbours *n, uint32_t limit_s)
{
	uint64_t now_ns = link_now_ns();
	uint64_t end_ns = now_ns + limit_s * 1000000000ull;
	uint64_t ask_ns = 0;

	for (; !n->present && now_ns < end_ns; now_ns = link_now_ns()) {
		if (memcmp(n->out.to_ip, no_ip, 4) != 0 && now_ns >= ask_ns) {
			send_arp(n, ARP_REQUEST, n->out.to_mac, n->out.to_ip);
			ask_ns = now_ns + ARP_ASK_US * 1000ull;
		}
		(void)handle_batch(n, ARP_ASK_US);
	}
	return n->present;
}

void neighbour_settle(struct neighbours *n, uint64_t quiet_us)
{
	while (handle_batch(n, quiet_us)) { /* ends when the guest has nothing to say */
	}
}
