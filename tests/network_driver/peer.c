/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays both virtualisers to the network driver, its child, and one client: asks QEMU's
 * user network who has 10.0.2.2, then pings that address in several ways.
 *
 * One case after the other, each a number of pings with so many outstanding; between
 * cases it does what a virtualiser would not, or starts an end anew. It prints a line for
 * each case by the console PD.
 */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include "../../devices/lib/signal.h"
#include "../../devices/network/queue.h"
#include "../console/console.h"

#define CONSOLE 61
#define DRIVER 0 /* the child */
#define BUFFERS 64u
#define DATA_PADDR 0x50000000ull /* network_driver.py; Rx, then Tx */

#define ARP_TYPE 0x0608u /* as read: big endian */
#define IPV4_TYPE 0x0008u

static const uint8_t my_mac[6] = { 0x52, 0x54, 1, 0, 0, 0x10 };
static const uint8_t my_ip[4] = { 10, 0, 2, 15 };
static const uint8_t its_ip[4] = { 10, 0, 2, 2 };
static uint8_t its_mac[6];

uintptr_t data __attribute__((section(".data")));
uintptr_t rings __attribute__((section(".data")));
const struct network_driver_counters *counters __attribute__((section(".data")));

static const struct network_link_config *links(void)
{
	static struct network_link_config configs[2];
	for (uint32_t i = 0; i < 2; i++)
		configs[i] = (struct network_link_config){ rings + 0x2000 * i,
			rings + 0x2000 * i + 0x1000, BUFFERS, i };
	return configs;
}

enum { RX_TAKE, RX_GIVE, TX_TAKE, TX_GIVE, SIGNALS };

static struct network_link rx, tx;
static struct signal_link signals[SIGNALS] = {
	{ &rx.take.queue, 0, true },
	{ &rx.give.queue, 0, false },
	{ &tx.take.queue, 1, true },
	{ &tx.give.queue, 1, false },
};
static bool rx_out[BUFFERS], tx_out[BUFFERS];
static uint32_t tx_count; /* buffers with the driver */
static uint32_t mistakes;

/* ---- The cases ---- */

static const struct phase {
	const char *name;
	uint32_t pings;
	uint32_t window;
	enum { NOTHING, BAD_SLOTS, PEER_ANEW, DRIVER_ANEW, FLOOD } before;
} phases[] = {
	{ "ok - one at a time\n", 2000, 1, NOTHING },
	{ "ok - 32 at a time\n", 20000, 32, NOTHING },
	{ "ok - after bad slots\n", 1000, 5, BAD_SLOTS },
	{ "ok - after more frames than fit\n", 1000, 16, FLOOD },
	{ "ok - after both virtualisers started anew\n", 1000, 32, PEER_ANEW },
	{ "ok - after the driver started anew\n", 1000, 32, DRIVER_ANEW },
	{ "ok - once more\n", 1000, 32, DRIVER_ANEW },
};
#define PHASES (sizeof(phases) / sizeof(phases[0]))

static uint32_t phase, sent, received, flood;
static bool resolved;
static uint16_t first; /* sequence number of the phase's first ping */

static uint8_t *frame_of(uint32_t buffer)
{
	return (uint8_t *)(data + buffer * NETWORK_BUFFER_BYTES + NETWORK_FRAME_OFFSET);
}

static void put_tx(uint32_t buffer, uint32_t bytes)
{
	tx_out[buffer] = true;
	tx_count++;
	uint64_t where = DATA_PADDR + (BUFFERS + buffer) * NETWORK_BUFFER_BYTES;
	if (!network_put(&tx.give, network_slot(where, bytes)))
		mistakes++;
}

static bool free_tx(uint32_t *buffer)
{
	for (*buffer = 0; *buffer < BUFFERS; ++*buffer)
		if (!tx_out[*buffer])
			return true;
	return false;
}

static uint8_t *ethernet(uint32_t buffer, const uint8_t *to, uint16_t type)
{
	uint8_t *frame = frame_of(BUFFERS + buffer);
	memcpy(frame, to, 6);
	memcpy(frame + 6, my_mac, 6);
	memcpy(frame + 12, &type, 2);
	return frame + 14;
}

static void send_arp(uint32_t buffer)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t head[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	uint8_t *arp = ethernet(buffer, all, ARP_TYPE);
	memset(arp, 0, 46);
	memcpy(arp, head, 8);
	memcpy(arp + 8, my_mac, 6);
	memcpy(arp + 14, my_ip, 4);
	memcpy(arp + 24, its_ip, 4);
	put_tx(buffer, 60);
}

static void checksum(uint8_t *at, const uint8_t *from, uint32_t bytes)
{
	uint32_t sum = 0;
	for (uint32_t i = 0; i < bytes; i++)
		sum += (uint32_t)from[i] << (i % 2 == 0 ? 8 : 0);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	at[0] = (uint8_t)(sum >> 8);
	at[1] = (uint8_t)sum;
}

static uint32_t ping_bytes(uint16_t sequence)
{
	return sequence * 97u % 1465u; /* of payload, to the largest that fits */
}

static uint8_t ping_byte(uint16_t sequence, uint32_t i)
{
	return (uint8_t)(sequence + i * 7u);
}

static void send_ping(uint32_t buffer, uint16_t sequence)
{
	uint32_t bytes = ping_bytes(sequence) + 28;
	uint8_t *ip = ethernet(buffer, its_mac, IPV4_TYPE);
	memset(ip, 0, 28);
	ip[0] = 0x45;
	ip[2] = (uint8_t)(bytes >> 8);
	ip[3] = (uint8_t)bytes;
	ip[8] = 64;
	ip[9] = 1;
	memcpy(ip + 12, my_ip, 4);
	memcpy(ip + 16, its_ip, 4);
	checksum(ip + 10, ip, 20);
	ip[20] = 8;
	ip[26] = (uint8_t)(sequence >> 8);
	ip[27] = (uint8_t)sequence;
	for (uint32_t i = 0; i < bytes - 28; i++)
		ip[28 + i] = ping_byte(sequence, i);
	checksum(ip + 22, ip + 20, bytes - 20);
	put_tx(buffer, 14 + bytes);
}

static void judge_ping(const uint8_t *ip, uint32_t bytes)
{
	uint16_t sequence = (uint16_t)(ip[26] << 8 | ip[27]);
	if ((uint16_t)(sequence - first) >= sent)
		return; /* of an earlier phase, from before an end started anew */
	bool good = bytes >= ping_bytes(sequence) + 28;
	for (uint32_t i = 0; good && i < ping_bytes(sequence); i++)
		good = ip[28 + i] == ping_byte(sequence, i);
	if (!good)
		mistakes++;
	received++;
}

static void judge(const uint8_t *frame, uint32_t bytes)
{
	uint16_t type;
	memcpy(&type, frame + 12, 2);
	if (type == ARP_TYPE && frame[21] == 2 && memcmp(frame + 28, its_ip, 4) == 0) {
		memcpy(its_mac, frame + 22, 6);
		resolved = true;
	} else if (type == IPV4_TYPE && frame[23] == 1 && frame[34] == 0) {
		judge_ping(frame + 14, bytes - 14);
	}
}

/* ---- The ends ---- */

/* What was in flight may be lost: begins to count anew. */
static void forget_pings(void)
{
	first = (uint16_t)(first + sent);
	sent = 0;
	received = 0;
}

static void look_rx(void)
{
	uint64_t slot;
	if (network_link_restarted(&rx))
		memset(rx_out, 0, sizeof(rx_out));
	while (network_take(&rx.take, &slot)) {
		uint64_t offset = network_slot_where(slot) - DATA_PADDR;
		uint32_t buffer = (uint32_t)(offset / NETWORK_BUFFER_BYTES);
		if (buffer >= BUFFERS || !rx_out[buffer]) {
			mistakes++;
			continue;
		}
		if (network_slot_bytes(slot) >= NETWORK_FRAME_MIN)
			judge(frame_of(buffer), network_slot_bytes(slot));
		rx_out[buffer] = false;
	}
	/* Full until the driver has answered this end's start. */
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (!rx_out[i])
			rx_out[i] = network_put(
				&rx.give, DATA_PADDR + i * NETWORK_BUFFER_BYTES);
}

static void look_tx(void)
{
	uint64_t slot;
	if (network_link_restarted(&tx)) {
		memset(tx_out, 0, sizeof(tx_out));
		tx_count = 0;
		forget_pings();
	}
	while (network_take(&tx.take, &slot)) {
		uint64_t offset = network_slot_where(slot) - DATA_PADDR;
		uint32_t buffer = (uint32_t)(offset / NETWORK_BUFFER_BYTES) - BUFFERS;
		if (slot == 0 && phases[phase].before == BAD_SLOTS)
			continue;
		if (buffer >= BUFFERS || !tx_out[buffer]) {
			mistakes++;
			continue;
		}
		tx_out[buffer] = false;
		tx_count--;
	}
}

static void start_ends(void)
{
	if (!network_link_start(&rx, &links()[0], true) ||
		!network_link_start(&tx, &links()[1], false))
		mistakes++;
	memset(tx_out, 0, sizeof(tx_out));
	memset(rx_out, 0, sizeof(rx_out));
	tx_count = 0;
	forget_pings();
	signal_start(signals, SIGNALS);
}

static void begin_phase(void)
{
	forget_pings();
	flood = 0;
	switch (phases[phase].before) {
	case BAD_SLOTS:
		put_tx(60, NETWORK_FRAME_MIN - 1);
		put_tx(61, NETWORK_FRAME_MAX + 1);
		if (!network_put(&tx.give, network_slot(0, 100)))
			mistakes++;
		break;
	case FLOOD:
		flood = 1000;
		break;
	case PEER_ANEW:
	case DRIVER_ANEW:
		/* With pings in flight. */
		for (uint32_t buffer; sent < 20 && free_tx(&buffer);)
			send_ping(buffer, (uint16_t)(first + sent++));
		if (phases[phase].before == DRIVER_ANEW)
			microkit_pd_restart(DRIVER, 0);
		else
			start_ends();
		break;
	case NOTHING:
		break;
	}
}

static void send_more(void)
{
	static bool asked;
	uint32_t buffer;
	if (!asked && free_tx(&buffer)) {
		asked = true;
		send_arp(buffer);
	}
	if (!resolved || phase == PHASES || network_room(&tx.give, BUFFERS) == 0)
		return;
	if (received == phases[phase].pings) {
		console_puts(CONSOLE, mistakes == 0 ? phases[phase].name
						    : "not ok - pings: mistakes\n");
		if (++phase == PHASES) {
			console_puts(
				CONSOLE, counters->bad_slots == 0 && counters->resets == 0
						 ? "ok - counters\n"
						 : "not ok - counters: wrong\n");
			console_puts(CONSOLE, "end of tests\n");
			return;
		}
		begin_phase();
	}
	for (; flood != 0 && free_tx(&buffer); flood--) {
		ethernet(buffer, its_mac, 0xb588); /* an experimental type */
		put_tx(buffer, 60);
	}
	const struct phase *p = &phases[phase];
	while (flood == 0 && sent < p->pings && sent - received < p->window &&
		free_tx(&buffer))
		send_ping(buffer, (uint16_t)(first + sent++));
}

void init(void)
{
	start_ends();
}

void notified(microkit_channel ch)
{
	(void)ch;
	do {
		look_rx();
		look_tx();
		send_more();
		signals[TX_TAKE].awaited = tx_count > NETWORK_TX_LAZY;
	} while (signal_round(signals, SIGNALS));
}

seL4_Bool fault(
	microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	(void)child;
	(void)msginfo;
	(void)reply_msginfo;
	console_puts(CONSOLE, "not ok - driver: it has faulted\n");
	return seL4_False;
}
