/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pings the gateway, a few pings every 2 ms, and says how long the answers take: first
 * while nobody else sends, then while `flood` does.
 */
#include <string.h>

#include <devices/network/client.h>
#include <devices/serial/client.h>
#include <devices/timer/client.h>

#define GO 0       /* channel to `flood` */
#define FLOOD 0u   /* its place among the clients in the system file */
#define PINGS 8u   /* at a time */
#define TIMES 100u /* in a measurement */
#define REST 10u   /* further times in which nothing is sent, for the last answers */
#define PERIOD_NS (2 * TIMER_NS_PER_MS)

#define ETHERNET 14u
#define IP 20u
#define PING_BYTES (ETHERNET + IP + 64u) /* as ping(8) sends */
#define ARP_BYTES 60u

const struct network_virt_tx_counters *counters; /* set by the system file */

static struct network_client network;
static uint8_t gateway_mac[6];
static bool resolved;

/* A measurement. */
static struct {
	uint32_t times; /* that have passed */
	uint32_t sent;
	uint32_t answered;
	uint64_t began_ns;
	uint64_t flood_bytes;            /* at its begin */
	uint64_t sum_ns, worst_ns;       /* of the waits */
	uint64_t sent_ns[TIMES * PINGS]; /* 0: answered */
} now;

/* ---- Frames ---- */

/* The Internet checksum (RFC 1071) of an even number of bytes. */
static void checksum(uint8_t *at, const uint8_t *from, uint32_t bytes)
{
	uint32_t sum = 0;
	for (uint32_t i = 0; i < bytes; i += 2)
		sum += (uint32_t)from[i] << 8 | from[i + 1];
	sum = (sum & 0xffffu) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	at[0] = (uint8_t)(sum >> 8);
	at[1] = (uint8_t)sum;
}

/* Zeros with an Ethernet header; what follows that. */
static uint8_t *begin(uint32_t buffer, const uint8_t to[6], uint8_t type, uint32_t bytes)
{
	uint8_t *frame = network_client_tx_frame(&network, buffer);
	memset(frame, 0, bytes);
	memcpy(frame, to, 6);
	memcpy(frame + 6, network_config->mac, 6);
	frame[12] = 8;
	frame[13] = type;
	return frame + ETHERNET;
}

/* Asks who the gateway is (RFC 826). */
static void send_arp(uint32_t buffer)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t head[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	uint8_t *arp = begin(buffer, all, 6, ARP_BYTES);
	memcpy(arp, head, sizeof(head));
	memcpy(arp + 8, network_config->mac, 6);
	memcpy(arp + 14, network_config->ipv4, 4);
	memcpy(arp + 24, network_config->gateway, 4);
	network_client_send(&network, buffer, ARP_BYTES);
}

/* An echo request (RFC 792) of this number. */
static void send_ping(uint32_t buffer, uint32_t number)
{
	uint8_t *ip = begin(buffer, gateway_mac, 0, PING_BYTES);
	ip[0] = 0x45;
	ip[3] = PING_BYTES - ETHERNET;
	ip[8] = 64;
	ip[9] = 1;
	memcpy(ip + 12, network_config->ipv4, 4);
	memcpy(ip + 16, network_config->gateway, 4);
	checksum(ip + 10, ip, IP);
	ip[IP] = 8;
	ip[IP + 6] = (uint8_t)(number >> 8);
	ip[IP + 7] = (uint8_t)number;
	checksum(ip + IP + 2, ip + IP, PING_BYTES - ETHERNET - IP);
	network_client_send(&network, buffer, PING_BYTES);
}

/* untrusted: a frame from the network. */
static void receive(const uint8_t *frame, uint32_t bytes)
{
	const uint8_t *at = frame + ETHERNET;
	if (bytes < ETHERNET + 28u || frame[12] != 8)
		return;
	if (frame[13] == 6 && at[7] == 2 &&
		memcmp(at + 14, network_config->gateway, 4) == 0) {
		memcpy(gateway_mac, at + 8, sizeof(gateway_mac));
		resolved = true;
		return;
	}
	uint32_t number = (uint32_t)at[IP + 6] << 8 | at[IP + 7];
	if (frame[13] != 0 || at[9] != 1 || at[IP] != 0 || number >= now.sent ||
		now.sent_ns[number] == 0)
		return;
	uint64_t wait_ns = timer_now() - now.sent_ns[number];
	now.sent_ns[number] = 0;
	now.answered++;
	now.sum_ns += wait_ns;
	now.worst_ns = wait_ns > now.worst_ns ? wait_ns : now.worst_ns;
}

/* ---- Measurements ---- */

static void start(void)
{
	memset(&now, 0, sizeof(now));
	now.began_ns = timer_now();
	now.flood_bytes = counters->clients[FLOOD].bytes;
}

static void report(void)
{
	uint64_t us = (timer_now() - now.began_ns) / TIMER_NS_PER_US;
	uint64_t bytes = counters->clients[FLOOD].bytes - now.flood_bytes;
	uint64_t mean_ns = now.answered == 0 ? 0 : now.sum_ns / now.answered;
	serial_printf("flood at %lu kB/s: %u pings, %u answers, after %lu us, at worst "
		      "%lu us\n",
		bytes * 1000u / us, now.sent, now.answered, mean_ns / TIMER_NS_PER_US,
		now.worst_ns / TIMER_NS_PER_US);
}

/* Every PERIOD_NS. */
static void tick(void)
{
	uint32_t buffer;
	if (!resolved) {
		if (network_client_allocate(&network, &buffer))
			send_arp(buffer);
		start();
		return;
	}
	for (uint32_t i = 0; now.times < TIMES && i < PINGS; i++) {
		if (!network_client_allocate(&network, &buffer))
			break;
		now.sent_ns[now.sent] = timer_now();
		send_ping(buffer, now.sent++);
	}
	if (++now.times < TIMES + REST)
		return;
	report();
	microkit_notify(GO);
	start();
}

/* ---- Entry points ---- */

void init(void)
{
	timer_init();
	serial_init();
	if (!network_client_start(&network, network_config))
		__builtin_trap();
	timer_set(0, timer_now() + PERIOD_NS);
}

static void work(void)
{
	uint32_t buffer, bytes;
	while (network_client_receive(&network, &buffer, &bytes)) {
		receive(network_client_rx_frame(&network, buffer), bytes);
		network_client_release(&network, buffer);
	}
}

void notified(microkit_channel channel)
{
	if (channel == timer_channel() && timer_expired() != 0) {
		timer_set_after(0, PERIOD_NS);
		tick();
	}
	do
		work();
	while (network_client_round(&network));
}
