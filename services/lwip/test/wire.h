/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other side of a client under test: the peer of its links to the network class, the
 * timer class, and frames.
 */
#pragma once

#include <devices/network/queue.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_BUFFERS 64u
#define WIRE_RX_CHANNEL 1u
#define WIRE_TX_CHANNEL 2u
#define WIRE_TIMER_CHANNEL 3u
#define WIRE_ENTROPY_CHANNEL 4u
#define WIRE_CARRIER_CHANNEL 5u

extern uint32_t wire_entropy; /* what a draw answers: enum entropy_status */

extern struct network_client_config wire_config;
extern uint64_t wire_now_ns;

/* Makes the memory, and starts the peer. Rx data is read-only for the client if shared. */
void wire_start(bool copied);

/* Puts a frame into the client's Rx queue; false if there is no free buffer. */
bool wire_give(const uint8_t *frame, size_t bytes);

/* Takes a frame that the client has sent, and gives its buffer back; 0 if there is none. */
size_t wire_take(uint8_t frame[NETWORK_FRAME_MAX]);

/* Sent buffers stay with the peer while this is set. */
extern bool wire_keeps;

/* Free Rx buffers that the peer has or that wait for it. */
uint32_t wire_rx_free(void);

/* The carrier is lost, or back; the client is told. */
void wire_carrier(bool lost);

/* Lets the client work; or time pass, with the timer's notifications. */
void wire_run(void);
void wire_pass_ms(uint64_t ms);

/* ---- Frames ---- */

#define WIRE_OWN_IP 0x0a000202u /* 10.0.2.2 */

struct wire_udp {
	uint32_t to_ip;
	uint16_t from_port, to_port;
	const uint8_t *payload;
	size_t bytes;
};

uint16_t wire_sum(const uint8_t *data, size_t bytes, uint32_t sum);
void wire_put16(uint8_t *at, uint16_t value);
void wire_put32(uint8_t *at, uint32_t value);
uint16_t wire_get16(const uint8_t *at);
uint32_t wire_get32(const uint8_t *at);

/* Ethernet and IPv4 in front of `bytes` of payload at frame + 34; the frame's length. */
size_t wire_ip(uint8_t *frame, uint32_t to_ip, uint8_t protocol, size_t bytes);
size_t wire_udp(uint8_t *frame, const struct wire_udp *udp);
size_t wire_ping(uint8_t *frame, uint32_t to_ip, size_t bytes);
size_t wire_arp(uint8_t *frame, uint32_t to_ip, bool reply);
size_t wire_tcp(uint8_t *frame, uint32_t to_ip, uint16_t from_port, uint32_t sequence,
	uint32_t acknowledge, uint8_t flags, const uint8_t *payload, size_t bytes);

/* Whether an IPv4 frame's checksums are right, and a UDP one is there. */
bool wire_good(const uint8_t *frame, size_t bytes);
