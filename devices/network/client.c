/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each buffer has a state, and its number is in a stack while it is IDLE: of the Rx
 * buffers those that go back next, of the Tx buffers those that are free. What is on its
 * way between is AWAY; whoever gives us such a buffer gives us what we had given.
 */
#include <string.h>

#include "client.h"

__attribute__((used, section(".data")))
const struct network_client_config *network_config; /* set by the system file */

static void rx_push(struct network_client *c, uint32_t buffer)
{
	c->rx_state[buffer] = NETWORK_CLIENT_IDLE;
	c->rx_stack[c->rx_idle++] = (uint16_t)buffer;
}

static void tx_push(struct network_client *c, uint32_t buffer)
{
	c->tx_state[buffer] = NETWORK_CLIENT_IDLE;
	c->tx_stack[c->tx_idle++] = (uint16_t)buffer;
}

/* ---- Start, and restart of a neighbour ---- */

/*
 * All but the caller's buffers are where they are at the start: at home, to be given to
 * the copier; or with virt_rx, and then the caller's are as well.
 */
static void rx_settle(struct network_client *c)
{
	c->rx_idle = 0;
	for (uint32_t i = 0; i < c->config->rx_buffers; i++) {
		bool held = c->rx_state[i] >= NETWORK_CLIENT_HELD;
		if (c->config->copied && !held)
			rx_push(c, i);
		else if (!c->config->copied)
			c->rx_state[i] = held ? NETWORK_CLIENT_STALE
					      : NETWORK_CLIENT_AWAY;
	}
}

static void tx_settle(struct network_client *c)
{
	c->tx_idle = 0;
	for (uint32_t i = c->config->tx_buffers; i-- > 0;)
		if (c->tx_state[i] != NETWORK_CLIENT_HELD)
			tx_push(c, i);
}

static void rx_look(struct network_client *c)
{
	if (network_link_restarted(&c->rx)) {
		c->counters.restarts++;
		rx_settle(c);
	}
}

static void tx_look(struct network_client *c)
{
	if (network_link_restarted(&c->tx)) {
		c->counters.restarts++;
		tx_settle(c);
	}
}

bool network_client_start(
	struct network_client *c, const struct network_client_config *config)
{
	if (config->magic != NETWORK_CLIENT_MAGIC ||
		config->rx_buffers > NETWORK_BUFFERS_MAX ||
		config->tx_buffers > NETWORK_BUFFERS_MAX)
		return false;
	memset(c, 0, sizeof(*c));
	c->config = config;
	c->writable = config->copied;
	if (!network_link_start(&c->rx, &config->rx, true) ||
		!network_link_start(&c->tx, &config->tx, false))
		return false;
	rx_settle(c);
	tx_settle(c);
	network_link_greet(&c->rx);
	network_link_greet(&c->tx);
	return true;
}

/* ---- Reception ---- */

/* Whether a frame is in a buffer of the neighbour's; counted, and dropped, if not. */
static inline bool rx_accept(struct network_client *c, uint64_t number, uint32_t bytes)
{
	uint8_t state = NETWORK_CLIENT_IDLE;
	uint32_t buffer = (uint32_t)number;
	if (number < c->config->rx_buffers)
		state = c->rx_state[buffer];
	if (state == NETWORK_CLIENT_AWAY && network_frame_possible(bytes)) {
		c->rx_state[buffer] = NETWORK_CLIENT_HELD;
		c->counters.rx_frames++;
		return true;
	}
	if (state == NETWORK_CLIENT_STALE) {
		/* The caller still uses it: goes back when that ends. */
		c->rx_state[buffer] = NETWORK_CLIENT_HELD;
		c->counters.rx_dropped++;
		return false;
	}
	if (state == NETWORK_CLIENT_AWAY)
		rx_push(c, buffer);
	c->counters.bad_slots++;
	return false;
}

bool network_client_receive(struct network_client *c, uint32_t *buffer, uint32_t *bytes)
{
	uint64_t slot; /* untrusted: a copy, to be checked */
	if (c->rx.taken == 0)
		rx_look(c);
	while (network_link_next(&c->rx, &slot)) {
		uint64_t number = network_buffer(network_slot_where(slot));
		*buffer = (uint32_t)number;
		*bytes = network_slot_bytes(slot);
		if (rx_accept(c, number, *bytes))
			return true;
	}
	return false;
}

void network_client_release(struct network_client *c, uint32_t buffer)
{
	if (c->rx_state[buffer] == NETWORK_CLIENT_HELD)
		rx_push(c, buffer);
	else if (c->rx_state[buffer] == NETWORK_CLIENT_STALE)
		c->rx_state[buffer] = NETWORK_CLIENT_AWAY;
}

/* Gives idle buffers to the neighbour; false if there is no room for all. */
static bool rx_give(struct network_client *c)
{
	while (c->rx_idle != 0) {
		uint32_t buffer = c->rx_stack[c->rx_idle - 1u];
		uint64_t where = (uint64_t)buffer * NETWORK_BUFFER_BYTES;
		if (!network_link_fill(&c->rx, network_slot(where, 0)))
			return false;
		c->rx_state[buffer] = NETWORK_CLIENT_AWAY;
		c->rx_idle--;
	}
	return true;
}

/* ---- Transmission ---- */

/* Takes the buffers back that were sent. */
static void tx_collect(struct network_client *c)
{
	uint64_t slot; /* untrusted: a copy, to be checked */
	network_link_hand_over(&c->tx);
	tx_look(c);
	while (network_link_next(&c->tx, &slot)) {
		uint64_t buffer = network_buffer(network_slot_where(slot));
		if (buffer < c->config->tx_buffers &&
			c->tx_state[buffer] == NETWORK_CLIENT_AWAY)
			tx_push(c, (uint32_t)buffer);
		else
			c->counters.bad_slots++;
	}
}

bool network_client_allocate(struct network_client *c, uint32_t *buffer)
{
	if (c->tx_idle == 0)
		tx_collect(c);
	c->tx_starved = c->tx_idle == 0;
	if (c->tx_starved)
		return false;
	*buffer = c->tx_stack[--c->tx_idle];
	c->tx_state[*buffer] = NETWORK_CLIENT_HELD;
	return true;
}

void network_client_keep(struct network_client *c, uint32_t buffer)
{
	tx_push(c, buffer);
}

void network_client_send(struct network_client *c, uint32_t buffer, uint32_t bytes)
{
	uint64_t where = (uint64_t)buffer * NETWORK_BUFFER_BYTES;
	if (network_link_fill(&c->tx, network_slot(where, bytes))) {
		c->tx_state[buffer] = NETWORK_CLIENT_AWAY;
		c->counters.tx_frames++;
	} else {
		c->counters.tx_dropped++;
		tx_push(c, buffer);
	}
}

/* ---- The round ---- */

bool network_client_round(struct network_client *c)
{
	uint64_t channels = 0;
	/* A few are not worth a batch. */
	bool stuck = c->rx_idle > c->rx.give.queue.capacity / 4u && !rx_give(c);
	network_link_ask(&c->rx, true, stuck);
	network_link_hand_over(&c->tx);
	tx_look(c);
	if (c->tx_starved)
		queue_ask(&c->tx.take.queue);
	shared_fence();
	bool more = network_link_check(&c->rx, true, stuck, &channels);
	more |= network_link_check(&c->tx, c->tx_starved, false, &channels);
	signal_notify(channels, !more);
	return more;
}
