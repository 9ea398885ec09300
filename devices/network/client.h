/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client library of the network class: frames in and out, none is copied here.
 *
 *     static struct network_client net;
 *
 *     init:      network_client_start(&net, network_config)
 *     notified:  do { work(); } while (network_client_round(&net));
 *     work():    while (network_client_receive(&net, &buffer, &bytes)) {
 *                        use network_client_rx_frame(&net, buffer), bytes long;
 *                        network_client_release(&net, buffer);  // now or later
 *                }
 *                if (network_client_allocate(&net, &buffer)) {
 *                        fill network_client_tx_frame(&net, buffer);
 *                        network_client_send(&net, buffer, bytes);
 *                }
 *
 * Buffers are numbered from 0 to config->rx_buffers - 1 and tx_buffers - 1. A received
 * buffer is the caller's until it releases it, an allocated one until it sends or keeps
 * it; in any order, as many as there are. So a protocol stack can lay its own buffers
 * over these. A frame begins NETWORK_FRAME_OFFSET after the start of a buffer, which is
 * aligned to NETWORK_BUFFER_BYTES.
 *
 * What is released and sent moves on with the next network_client_round, in a batch;
 * released buffers perhaps some rounds later. Signals are sent there only, so any code may
 * release or send, in any entry point, as long as a round follows in it.
 *
 * The copier and virtualisers may start anew at any time. Then frames on their way are
 * lost, and the library puts the buffers in order; what the caller holds stays the
 * caller's. Without copier the frames in buffers that it then holds are lost too: their
 * bytes may change until the buffer is released.
 *
 * What comes from the neighbours is checked; what is wrong is counted and dropped.
 */
#pragma once

#include "link.h"

/* The client's configuration, set by the system file. Defined in the library. */
extern const struct network_client_config *network_config;

struct network_client {
	const struct network_client_config *config;
	struct network_link rx; /* takes filled buffers, gives free ones */
	struct network_link tx; /* takes free buffers, gives filled ones */
	bool writable;    /* the received frames may be written to: they are copies */
	bool tx_starved;  /* the last network_client_allocate found none */
	uint32_t rx_idle; /* released, not yet given: number of rx_stack's elements */
	uint32_t tx_idle; /* at home: number of tx_stack's elements */
	struct {
		uint64_t rx_frames, tx_frames;
		uint64_t rx_dropped; /* in a buffer that the caller still had */
		uint64_t tx_dropped; /* sent while there was no virtualiser */
		uint64_t bad_slots;  /* from the neighbours */
		uint64_t restarts;   /* of neighbours */
	} counters;
	uint16_t rx_stack[NETWORK_BUFFERS_MAX];
	uint16_t tx_stack[NETWORK_BUFFERS_MAX];
	uint8_t rx_state[NETWORK_BUFFERS_MAX]; /* enum network_client_state */
	uint8_t tx_state[NETWORK_BUFFERS_MAX];
};

enum network_client_state {
	NETWORK_CLIENT_AWAY = 0, /* the neighbour has it */
	NETWORK_CLIENT_IDLE,     /* in the stack */
	NETWORK_CLIENT_HELD,     /* the caller has it */
	NETWORK_CLIENT_STALE, /* the caller has it, but so has the neighbour, started anew */
};

/*
 * Starts, or starts anew. Signals the neighbours.
 * Borrows: config, for good. Ensures: false if the configuration is of another version
 * or cannot be; then nothing else may be called.
 */
bool network_client_start(struct network_client *client,
	const struct network_client_config *config) __attribute__((warn_unused_result));

/*
 * Takes the next frame: NETWORK_FRAME_MIN to NETWORK_FRAME_MAX bytes in `buffer`, now the
 * caller's. False if there is none; then call network_client_round before the next try.
 */
bool network_client_receive(struct network_client *client, uint32_t *buffer,
	uint32_t *bytes) __attribute__((warn_unused_result));

/* Gives a received buffer back. Requires: the caller has it. */
void network_client_release(struct network_client *client, uint32_t buffer);

/*
 * Takes a Tx buffer to fill. False if all are on their way; then a channel of the client
 * is notified (after network_client_round) when some have come back.
 */
bool network_client_allocate(struct network_client *client, uint32_t *buffer)
	__attribute__((warn_unused_result));

/*
 * Sends a frame; the buffer is no longer the caller's. Requires: the caller has it,
 * NETWORK_FRAME_MIN <= bytes <= NETWORK_FRAME_MAX. It is lost if there is no virtualiser.
 */
void network_client_send(struct network_client *client, uint32_t buffer, uint32_t bytes);

/* Gives an allocated buffer back, without sending it. Requires: the caller has it. */
void network_client_keep(struct network_client *client, uint32_t buffer);

/*
 * Whether there is a virtualiser to send to, and one (or a copier) to receive from; until
 * then all that is sent, or comes back, is lost. When there is one, a channel of the
 * client is notified.
 */
static inline bool network_client_ready(struct network_client *client)
{
	return network_link_make_room(&client->tx, 1) != 0 &&
	       network_link_agreed(&client->rx);
}

/*
 * Whether the device has a carrier, as far as its driver knows; untrusted like all that
 * comes from there. When that changes, config->carrier_channel is notified. What is sent
 * without one is lost.
 */
static inline bool network_client_carrier(const struct network_client *client)
{
	/* Written before the notification: by set_carrier of the driver. */
	return shared_load(&(
		       (const struct network_carrier *)(uintptr_t)client->config->carrier)
				    ->lost) == 0;
}

/*
 * Hands on what was released and sent, signals. Whether there may be more work; if not,
 * a neighbour will notify (devices/lib/signal.h).
 */
bool network_client_round(struct network_client *client);

/* Where the frame of a buffer begins. Written to only if `writable`. */
static inline uint8_t *network_client_rx_frame(
	const struct network_client *client, uint32_t buffer)
{
	return (uint8_t *)(uintptr_t)client->config->rx_vaddr +
	       (uint64_t)buffer * NETWORK_BUFFER_BYTES + NETWORK_FRAME_OFFSET;
}

static inline uint8_t *network_client_tx_frame(
	const struct network_client *client, uint32_t buffer)
{
	return (uint8_t *)(uintptr_t)client->config->tx_vaddr +
	       (uint64_t)buffer * NETWORK_BUFFER_BYTES + NETWORK_FRAME_OFFSET;
}
