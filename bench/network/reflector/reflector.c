/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends every UDP frame back, as fast as a machine can that does nothing else: what
 * `make bench` measures others by, and what the load generator is tested with.
 *
 * It has the address 10.0.2.15, answers ARP, and returns a UDP datagram with addresses
 * and ports exchanged, which leaves all checksums right. A frame is changed in the
 * buffer where it arrived, and the buffer goes from one queue to the other. It takes
 * no interrupt, but waits for one when there is nothing to do; it has no MMU.
 *
 * A datagram to a port of FAULT_PORT and above tests who sent it: every 16th of these
 * is returned wrong.
 */
#include "virtio.h"

#define FAULT_PORT 1001u

enum fault {
	FAULT_PAYLOAD,         /* the payload is wrong, all checksums are right */
	FAULT_UDP_CHECKSUM,    /* wrong */
	FAULT_NO_UDP_CHECKSUM, /* zero, which means none */
	FAULT_IP_CHECKSUM,     /* wrong */
	FAULT_LENGTH,          /* the frame ends too early */
	FAULT_PORTS,           /* comes from another port */
	FAULT_DROPPED,
	FAULT_TWICE,
	FAULTS
};

#define FAULT_PERIOD 16u

/* Offsets in an Ethernet frame with IPv4 without options, or with ARP (RFC 826). */
enum {
	ETHER_TO = 0,
	ETHER_FROM = 6,
	ETHER_TYPE = 12,
	ARP_OPERATION = 20,
	ARP_FROM_MAC = 22,
	ARP_FROM_IP = 28,
	ARP_TO_MAC = 32,
	ARP_TO_IP = 38,
	ARP_END = 42,
	IP_VERSION = 14,
	IP_CHECKSUM = 24,
	IP_PROTOCOL = 23,
	IP_FROM = 26,
	IP_TO = 30,
	UDP_FROM = 34,
	UDP_TO = 36,
	UDP_CHECKSUM = 40,
	UDP_PAYLOAD = 42,
};

#define ETHER_TYPE_IPV4 0x0800u
#define ETHER_TYPE_ARP 0x0806u
#define IP_VERSION_4_WORDS_5 0x45u
#define IP_PROTOCOL_UDP 17u
#define UDP_ECHO_PORT 7u

static const uint8_t address[4] = { 10, 0, 2, 15 };
static uint8_t mac[6];
static uint32_t faulty; /* datagrams to fault ports so far */

/* One buffer is never with the device's Rx queue: it is for what is sent twice. */
#define SPARE_BUFFER (VIRTIO_BUFFERS - 1u)
static bool spare_sent;

static uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static void exchange(uint8_t *frame, uint32_t left, uint32_t right, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++) {
		uint8_t kept = frame[left + i];
		frame[left + i] = frame[right + i];
		frame[right + i] = kept;
	}
}

static void copy(uint8_t *to, const uint8_t *from, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		to[i] = from[i];
}

static bool answer_arp(uint8_t *frame, uint32_t bytes)
{
	if (bytes < ARP_END || get16(&frame[ARP_OPERATION]) != 1)
		return false;
	for (uint32_t i = 0; i < 4; i++)
		if (frame[ARP_TO_IP + i] != address[i])
			return false;
	exchange(frame, ARP_FROM_IP, ARP_TO_IP, 4);
	copy(&frame[ARP_TO_MAC], &frame[ARP_FROM_MAC], 6);
	copy(&frame[ARP_FROM_MAC], mac, 6);
	copy(&frame[ETHER_TO], &frame[ETHER_FROM], 6);
	copy(&frame[ETHER_FROM], mac, 6);
	frame[ARP_OPERATION + 1] = 2;
	return true;
}

/* Makes the frame, ready to be sent otherwise, wrong; returns its length, 0: drop it. */
static uint32_t spoil(uint8_t *frame, uint32_t bytes, uint32_t fault)
{
	switch (fault) {
	case FAULT_PAYLOAD:
		exchange(frame, UDP_PAYLOAD, UDP_PAYLOAD + 2, 2);
		return bytes;
	case FAULT_UDP_CHECKSUM:
		frame[UDP_CHECKSUM] ^= 0x10;
		return bytes;
	case FAULT_NO_UDP_CHECKSUM:
		frame[UDP_CHECKSUM] = frame[UDP_CHECKSUM + 1] = 0;
		return bytes;
	case FAULT_IP_CHECKSUM:
		frame[IP_CHECKSUM] ^= 0x10;
		return bytes;
	case FAULT_LENGTH:
		return bytes - 1;
	case FAULT_PORTS:
		exchange(frame, UDP_FROM, UDP_TO, 2);
		return bytes;
	case FAULT_DROPPED:
		return 0;
	default:
		if (!spare_sent) {
			spare_sent = true;
			copy(virtio_buffers[SPARE_BUFFER] + VIRTIO_HEADER_BYTES, frame,
				bytes);
			virtio_give(VIRTIO_TX, SPARE_BUFFER, bytes);
		}
		return bytes;
	}
}

/* Turns a frame into what is to be sent; returns its length, 0: nothing. */
static uint32_t reflect(uint8_t *frame, uint32_t bytes)
{
	uint32_t type = get16(&frame[ETHER_TYPE]);
	uint32_t port = get16(&frame[UDP_TO]);

	if (type == ETHER_TYPE_ARP)
		return answer_arp(frame, bytes) ? bytes : 0;
	if (type != ETHER_TYPE_IPV4 || frame[IP_VERSION] != IP_VERSION_4_WORDS_5 ||
		frame[IP_PROTOCOL] != IP_PROTOCOL_UDP || bytes < UDP_PAYLOAD)
		return 0;
	exchange(frame, ETHER_TO, ETHER_FROM, 6);
	exchange(frame, IP_FROM, IP_TO, 4);
	exchange(frame, UDP_FROM, UDP_TO, 2);
	if (port == UDP_ECHO_PORT)
		return bytes;
	if (port - FAULT_PORT >= FAULTS)
		return 0;
	return ++faulty % FAULT_PERIOD != 0 ? bytes
					    : spoil(frame, bytes, port - FAULT_PORT);
}

/* Not inlined: the counter's test counts how often it is entered. */
static __attribute__((noinline)) void receive(uint32_t buffer, uint32_t bytes)
{
	uint8_t *frame = virtio_buffers[buffer] + VIRTIO_HEADER_BYTES;
	uint32_t answer = 0;

	if (bytes > VIRTIO_HEADER_BYTES + ETHER_TYPE)
		answer = reflect(frame, bytes - VIRTIO_HEADER_BYTES);
	if (answer == 0) {
		virtio_give(VIRTIO_RX, buffer, 0);
		return;
	}
	for (uint32_t i = 0; i < VIRTIO_HEADER_BYTES; i++)
		virtio_buffers[buffer][i] = 0;
	virtio_give(VIRTIO_TX, buffer, answer);
}

void reflector_main(void);

void reflector_main(void)
{
	uint32_t buffer;
	uint32_t bytes;
	bool idle;

	if (!virtio_start(mac))
		return;
	for (buffer = 0; buffer < SPARE_BUFFER; buffer++)
		virtio_give(VIRTIO_RX, buffer, 0);
	for (;;) { /* unbounded: for as long as the machine runs */
		idle = true;
		virtio_publish(VIRTIO_RX);
		while (virtio_take(VIRTIO_RX, &buffer, &bytes)) {
			receive(buffer, bytes);
			idle = false;
		}
		virtio_publish(VIRTIO_TX);
		while (virtio_take(VIRTIO_TX, &buffer, &bytes)) {
			if (buffer == SPARE_BUFFER)
				spare_sent = false;
			else
				virtio_give(VIRTIO_RX, buffer, 0);
		}
		if (idle)
			virtio_wait();
	}
}
