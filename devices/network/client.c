/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each buffer has a state, and its number is in a stack while it is IDLE: of the Rx
 * buffers those that go back next, of the Tx buffers those that are free. What is on its
 * way between is AWAY; whoever gives us such a buffer gives us what we had given.
 */
#include <string.h>

#include "client.h"

enum { RX_TAKE, RX_GIVE, TX_TAKE, TX_GIVE, SIGNALS };

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
	c->rx_taken = 0;
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
	c->tx_filled = 0;
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
	uint32_t rx = config->rx.channel;
	uint32_t tx = config->tx.channel;
	c->signals[RX_TAKE] = (struct signal_link){ &c->rx.take.queue, rx, true };
	c->signals[RX_GIVE] = (struct signal_link){ &c->rx.give.queue, rx, false };
	c->signals[TX_TAKE] = (struct signal_link){ &c->tx.take.queue, tx, false };
	c->signals[TX_GIVE] = (struct signal_link){ &c->tx.give.queue, tx, false };
	rx_settle(c);
	tx_settle(c);
	signal_start(c->signals, SIGNALS);
	return true;
}

/* ---- Reception ---- */

/* Hands the slots back that were looked at. */
static void rx_advance(struct network_client *c)
{
	if (c->rx_taken != 0)
		queue_advance(&c->rx.take.queue, c->rx_taken);
	c->rx_taken = 0;
}

/* Whether a frame is in a buffer of the neighbour's; counted, and dropped, if not. */
static bool rx_accept(struct network_client *c, uint32_t buffer, uint32_t bytes)
{
	if (buffer < c->config->rx_buffers &&
		c->rx_state[buffer] == NETWORK_CLIENT_AWAY) {
		if (network_frame_possible(bytes)) {
			c->rx_state[buffer] = NETWORK_CLIENT_HELD;
			c->counters.rx_frames++;
			return true;
		}
		rx_push(c, buffer);
	} else if (buffer < c->config->rx_buffers &&
		   c->rx_state[buffer] == NETWORK_CLIENT_STALE) {
		/* The caller still uses it: goes back when that ends. */
		c->rx_state[buffer] = NETWORK_CLIENT_HELD;
	}
	c->counters.bad_slots++;
	return false;
}

bool network_client_receive(struct network_client *c, uint32_t *buffer, uint32_t *bytes)
{
	if (c->rx_taken == 0)
		rx_look(c);
	while (c->rx_taken < network_left(&c->rx.take)) {
		/* untrusted: copied, then checked */
		uint64_t slot = network_peek(&c->rx.take, c->rx_taken++);
		*buffer = network_buffer(network_slot_where(slot));
		*bytes = network_slot_bytes(slot);
		if (rx_accept(c, *buffer, *bytes))
			return true;
	}
	rx_advance(c);
	return false;
}

void network_client_release(struct network_client *c, uint32_t buffer)
{
	if (c->rx_state[buffer] == NETWORK_CLIENT_HELD)
		rx_push(c, buffer);
	else if (c->rx_state[buffer] == NETWORK_CLIENT_STALE)
		c->rx_state[buffer] = NETWORK_CLIENT_AWAY;
}

/* Gives idle buffers to the neighbour, once there are many; awaits room if there is none. */
static void rx_give(struct network_client *c)
{
	uint32_t many = c->rx.give.queue.capacity / 4u;
	if (c->rx_idle > many) {
		uint32_t room = network_link_room(&c->rx, c->rx_idle);
		uint32_t count = room < c->rx_idle ? room : c->rx_idle;
		for (uint32_t i = 0; i < count; i++) {
			uint32_t buffer = c->rx_stack[--c->rx_idle];
			c->rx_state[buffer] = NETWORK_CLIENT_AWAY;
			network_poke(&c->rx.give, i,
				network_slot((uint64_t)buffer * NETWORK_BUFFER_BYTES, 0));
		}
		if (count != 0)
			queue_advance(&c->rx.give.queue, count);
	}
	c->signals[RX_GIVE].awaited = c->rx_idle > many;
}

/* ---- Transmission ---- */

/* Hands the filled slots over. */
static void tx_advance(struct network_client *c)
{
	if (c->tx_filled != 0)
		queue_advance(&c->tx.give.queue, c->tx_filled);
	c->tx_filled = 0;
}

/* Takes the buffers back that were sent. */
static void tx_collect(struct network_client *c)
{
	tx_advance(c);
	tx_look(c);
	uint32_t count = network_left(&c->tx.take);
	for (uint32_t i = 0; i < count; i++) {
		/* untrusted: copied, then checked */
		uint32_t buffer = network_buffer(
			network_slot_where(network_peek(&c->tx.take, i)));
		if (buffer < c->config->tx_buffers &&
			c->tx_state[buffer] == NETWORK_CLIENT_AWAY)
			tx_push(c, buffer);
		else
			c->counters.bad_slots++;
	}
	if (count != 0)
		queue_advance(&c->tx.take.queue, count);
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
	if (c->tx_filled == network_left(&c->tx.give)) {
		tx_advance(c);
		if (network_link_room(&c->tx, 1) == 0) {
			c->counters.tx_dropped++;
			tx_push(c, buffer);
			return;
		}
	}
	c->tx_state[buffer] = NETWORK_CLIENT_AWAY;
	c->counters.tx_frames++;
	network_poke(&c->tx.give, c->tx_filled++,
		network_slot((uint64_t)buffer * NETWORK_BUFFER_BYTES, bytes));
}

/* ---- The round ---- */

bool network_client_round(struct network_client *c)
{
	rx_advance(c);
	rx_give(c);
	tx_advance(c);
	tx_look(c);
	c->signals[TX_TAKE].awaited = c->tx_starved;
	return signal_round(c->signals, SIGNALS);
}
