/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* memfd_create */
#include "wire.h"

#include <devices/network/client.h>
#include <devices/entropy/client.h>
#include <devices/timer/client.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../net.h"

#define DATA_BYTES ((size_t)WIRE_BUFFERS * NETWORK_BUFFER_BYTES)
#define RING_BYTES (sizeof(struct network_ring) + WIRE_BUFFERS * sizeof(uint64_t))
#define ETHERNET 14u
#define IP 20u

struct network_client_config wire_config;

static struct network_carrier carrier;
uint64_t wire_now_ns = 1000000000u;
bool wire_keeps;
_Thread_local bool microkit_have_signal;

static const uint8_t own_mac[6] = { 0x52, 0x55, 10, 0, 2, 2 };
static uint64_t deadlines[TIMER_TIMEOUTS];

static struct {
	struct network_link rx, tx;
	uint8_t *rx_data, *tx_data; /* both writable */
	uint64_t kept[WIRE_BUFFERS];
	uint32_t num_kept;
} wire;

/* ---- Stand-ins for libmicrokit and the timer class ---- */

void microkit_notify(microkit_channel channel)
{
	(void)channel;
}

void microkit_deferred_notify(microkit_channel channel)
{
	(void)channel;
}

uint32_t wire_entropy = ENTROPY_EMPTY;

microkit_channel entropy_channel(void)
{
	return WIRE_ENTROPY_CHANNEL;
}

enum entropy_status entropy_draw(void *data, size_t bytes)
{
	if (wire_entropy == ENTROPY_OK)
		memset(data, 0x5a, bytes);
	return (enum entropy_status)wire_entropy;
}

void timer_init(void)
{
	for (uint32_t i = 0; i < TIMER_TIMEOUTS; i++)
		deadlines[i] = TIMER_NEVER;
}

microkit_channel timer_channel(void)
{
	return WIRE_TIMER_CHANNEL;
}

uint64_t timer_now(void)
{
	return wire_now_ns;
}

void timer_set(uint32_t number, uint64_t deadline_ns)
{
	deadlines[number] = deadline_ns;
}

uint32_t timer_expired(void)
{
	uint32_t expired = 0;
	for (uint32_t i = 0; i < TIMER_TIMEOUTS; i++)
		if (deadlines[i] <= wire_now_ns) {
			deadlines[i] = TIMER_NEVER;
			expired |= 1u << i;
		}
	return expired;
}

/* ---- The peer ---- */

static void *memory(size_t bytes, int *file)
{
	*file = memfd_create("wire", 0);
	if (*file < 0 || ftruncate(*file, (off_t)bytes) != 0)
		abort();
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
	if (at == MAP_FAILED)
		abort();
	return at;
}

static struct network_link_config make_link(uint32_t channel)
{
	size_t bytes = (RING_BYTES + 63u) / 64u * 64u;
	int file;
	uint8_t *rings = memory(2 * bytes, &file);
	return (struct network_link_config){ (uintptr_t)rings, (uintptr_t)(rings + bytes),
		WIRE_BUFFERS, channel };
}

void wire_start(bool copied)
{
	int rx_file, tx_file;
	wire.rx_data = memory(DATA_BYTES, &rx_file);
	wire.tx_data = memory(DATA_BYTES, &tx_file);
	void *seen = mmap(NULL, DATA_BYTES, copied ? PROT_READ | PROT_WRITE : PROT_READ,
		MAP_SHARED, rx_file, 0);
	wire_config = (struct network_client_config){
		.magic = NETWORK_CLIENT_MAGIC,
		.mac = { 0x52, 0x54, 1, 0, 0, 0x10 },
		.rx_vaddr = (uintptr_t)seen,
		.tx_vaddr = (uintptr_t)wire.tx_data,
		.rx_buffers = WIRE_BUFFERS,
		.tx_buffers = WIRE_BUFFERS,
		.rx = make_link(WIRE_RX_CHANNEL),
		.tx = make_link(WIRE_TX_CHANNEL),
		.copied = copied,
		.carrier_channel = WIRE_CARRIER_CHANNEL,
		.carrier = (uintptr_t)&carrier,
		.name = "tester",
	};
	network_config = &wire_config;
	if (!network_link_start(&wire.rx, &wire_config.rx, false) ||
		!network_link_start(&wire.tx, &wire_config.tx, true))
		abort();
	if (copied)
		return;
	for (uint32_t i = 0; i < WIRE_BUFFERS;
		i++) /* they are at the start with virt_rx */
		wire.kept[wire.num_kept++] = network_slot(
			(uint64_t)i * NETWORK_BUFFER_BYTES, 0);
}

bool wire_give(const uint8_t *frame, size_t bytes)
{
	uint64_t slot;
	if (wire.num_kept > 0)
		slot = wire.kept[--wire.num_kept];
	else if (!network_take(&wire.rx.take, &slot))
		return false;
	memcpy(wire.rx_data + network_slot_where(slot) + NETWORK_FRAME_OFFSET, frame,
		bytes);
	return network_put(
		&wire.rx.give, network_slot(network_slot_where(slot), (uint32_t)bytes));
}

size_t wire_take(uint8_t frame[NETWORK_FRAME_MAX])
{
	static uint64_t kept[WIRE_BUFFERS];
	static uint32_t num_kept;
	uint64_t slot;
	(void)network_link_restarted(&wire.rx); /* answers a start */
	while (!wire_keeps && num_kept > 0)
		if (!network_put(&wire.tx.give, kept[--num_kept]))
			abort();
	if (!network_take(&wire.tx.take, &slot))
		return 0;
	size_t bytes = network_slot_bytes(slot);
	memcpy(frame, wire.tx_data + network_slot_where(slot) + NETWORK_FRAME_OFFSET,
		bytes);
	slot = network_slot(network_slot_where(slot), 0);
	if (wire_keeps)
		kept[num_kept++] = slot;
	else if (!network_put(&wire.tx.give, slot))
		abort();
	return bytes;
}

uint32_t wire_rx_free(void)
{
	return wire.num_kept + queue_refresh(&wire.rx.take.queue);
}

void wire_carrier(bool lost)
{
	shared_store(&carrier.lost, lost);
	net_notified(WIRE_CARRIER_CHANNEL);
}

void wire_run(void)
{
	net_notified(WIRE_RX_CHANNEL);
}

void wire_pass_ms(uint64_t ms)
{
	uint64_t end = wire_now_ns + ms * TIMER_NS_PER_MS;
	for (;;) {
		uint64_t next = end;
		for (uint32_t i = 0; i < TIMER_TIMEOUTS; i++)
			if (deadlines[i] < next)
				next = deadlines[i];
		if (next > wire_now_ns)
			wire_now_ns = next;
		if (next == end)
			break;
		net_notified(WIRE_TIMER_CHANNEL);
	}
}

/* ---- Frames ---- */

void wire_put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void wire_put32(uint8_t *at, uint32_t value)
{
	wire_put16(at, (uint16_t)(value >> 16));
	wire_put16(at + 2, (uint16_t)value);
}

uint16_t wire_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t wire_get32(const uint8_t *at)
{
	return (uint32_t)wire_get16(at) << 16 | wire_get16(at + 2);
}

uint16_t wire_sum(const uint8_t *data, size_t bytes, uint32_t sum)
{
	for (size_t i = 0; i < bytes; i++)
		sum += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
	while (sum >> 16 != 0)
		sum = (sum >> 16) + (sum & 0xffffu);
	return (uint16_t)sum;
}

/* The sum of pseudo header and payload of an IPv4 frame: 0xffff if it is right. */
static uint16_t payload_sum(const uint8_t *frame, size_t bytes)
{
	const uint8_t *ip = frame + ETHERNET;
	return wire_sum(ip + IP, bytes, wire_sum(ip + 12, 8, ip[9] + (uint32_t)bytes));
}

static void ethernet(uint8_t *frame, uint16_t type)
{
	memcpy(frame, wire_config.mac, 6);
	memcpy(frame + 6, own_mac, 6);
	wire_put16(frame + 12, type);
}

size_t wire_ip(uint8_t *frame, uint32_t to_ip, uint8_t protocol, size_t bytes)
{
	uint8_t *ip = frame + ETHERNET;
	ethernet(frame, 0x0800);
	memset(ip, 0, IP);
	ip[0] = 0x45;
	wire_put16(ip + 2, (uint16_t)(IP + bytes));
	ip[8] = 64;
	ip[9] = protocol;
	wire_put32(ip + 12, WIRE_OWN_IP);
	wire_put32(ip + 16, to_ip);
	wire_put16(ip + 10, (uint16_t)~wire_sum(ip, IP, 0));
	return ETHERNET + IP + bytes;
}

size_t wire_udp(uint8_t *frame, const struct wire_udp *udp)
{
	uint8_t *header = frame + ETHERNET + IP;
	size_t bytes = 8 + udp->bytes;
	size_t all = wire_ip(frame, udp->to_ip, 17, bytes);
	wire_put16(header, udp->from_port);
	wire_put16(header + 2, udp->to_port);
	wire_put16(header + 4, (uint16_t)bytes);
	wire_put16(header + 6, 0);
	if (udp->bytes > 0)
		memcpy(header + 8, udp->payload, udp->bytes);
	uint16_t sum = (uint16_t)~payload_sum(frame, bytes);
	wire_put16(header + 6, sum != 0 ? sum : 0xffff);
	return all;
}

size_t wire_ping(uint8_t *frame, uint32_t to_ip, size_t bytes)
{
	uint8_t *icmp = frame + ETHERNET + IP;
	size_t all = wire_ip(frame, to_ip, 1, 8 + bytes);
	memset(icmp, 0, 8);
	icmp[0] = 8;
	for (size_t i = 4; i < 8 + bytes; i++)
		icmp[i] = (uint8_t)(i * 7u);
	wire_put16(icmp + 2, (uint16_t)~wire_sum(icmp, 8 + bytes, 0));
	return all;
}

size_t wire_arp(uint8_t *frame, uint32_t to_ip, bool reply)
{
	static const uint8_t kind[6] = { 0, 1, 8, 0, 6, 4 };
	uint8_t *arp = frame + ETHERNET;
	ethernet(frame, 0x0806);
	memcpy(arp, kind, 6);
	wire_put16(arp + 6, reply ? 2 : 1);
	memcpy(arp + 8, own_mac, 6);
	wire_put32(arp + 14, WIRE_OWN_IP);
	memcpy(arp + 18, wire_config.mac, 6);
	wire_put32(arp + 24, to_ip);
	return ETHERNET + 28;
}

size_t wire_tcp(uint8_t *frame, uint32_t to_ip, uint16_t from_port, uint32_t sequence,
	uint32_t acknowledge, uint8_t flags, const uint8_t *payload, size_t bytes)
{
	uint8_t *tcp = frame + ETHERNET + IP;
	size_t all = wire_ip(frame, to_ip, 6, 20 + bytes);
	memset(tcp, 0, 20);
	wire_put16(tcp, from_port);
	wire_put16(tcp + 2, 7);
	wire_put32(tcp + 4, sequence);
	wire_put32(tcp + 8, acknowledge);
	tcp[12] = 5 << 4;
	tcp[13] = flags;
	wire_put16(tcp + 14, 0xffff);
	if (bytes > 0)
		memcpy(tcp + 20, payload, bytes);
	wire_put16(tcp + 16, (uint16_t)~payload_sum(frame, 20 + bytes));
	return all;
}

bool wire_good(const uint8_t *frame, size_t bytes)
{
	const uint8_t *ip = frame + ETHERNET;
	if (bytes < ETHERNET + IP + 8 || wire_get16(frame + 12) != 0x0800 ||
		ip[0] != 0x45 || wire_get16(ip + 2) != bytes - ETHERNET ||
		wire_sum(ip, IP, 0) != 0xffff)
		return false;
	size_t rest = bytes - ETHERNET - IP;
	if (ip[9] == 1)
		return wire_sum(ip + IP, rest, 0) == 0xffff;
	if (ip[9] == 17 && wire_get16(ip + IP + 6) == 0)
		return false; /* no checksum */
	return payload_sum(frame, rest) == 0xffff;
}
