/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One end of a link, used in batches: slots are taken and filled one by one, and handed over
 * to the other end together, so that a frame costs no memory barrier and no look at the
 * other end's cache line.
 *
 *     if (network_link_restarted(link))          // looks; nothing of a batch may be pending
 *             settle who has which buffer;
 *     while (network_link_next(link, &slot))     // what there was at the look
 *             ... network_link_fill(other, slot);
 *     network_link_hand_over(link);
 */
#pragma once

#include "../lib/signal.h"
#include "queue.h"

/* The two signals of a link, in the order in which a component keeps them. */
enum { NETWORK_TAKE, NETWORK_GIVE, NETWORK_SIGNALS };

static inline void network_link_signals(
	struct network_link *link, uint32_t channel, struct signal_link *signals)
{
	signals[NETWORK_TAKE] = (struct signal_link){ &link->take.queue, channel, true };
	signals[NETWORK_GIVE] = (struct signal_link){ &link->give.queue, channel, false };
}

/* How often the other end was cut off. */
static inline uint32_t network_link_faults(const struct network_link *link)
{
	return link->take.queue.faults + link->give.queue.faults;
}

/* How many slots there still are to take. */
static inline uint32_t network_link_left(const struct network_link *link)
{
	return network_left(&link->take) - link->taken;
}

/* Takes the next slot; false if there is none. The slot is untrusted. */
static inline bool network_link_next(struct network_link *link, uint64_t *slot)
{
	if (network_link_left(link) == 0)
		return false;
	*slot = network_peek(&link->take, link->taken++);
	return true;
}

/* Hands on what was taken, and filled. */
static inline void network_link_hand_over(struct network_link *link)
{
	if (link->taken != 0)
		queue_advance(&link->take.queue, link->taken);
	if (link->filled != 0)
		queue_advance(&link->give.queue, link->filled);
	link->room -= link->filled;
	link->taken = 0;
	link->filled = 0;
}

/*
 * Makes room to fill `count` slots, or as many as there can be; how many. There is none if
 * the other end is seen to have started anew: nothing is given to its new life before
 * network_link_restarted has said so.
 */
static inline uint32_t network_link_make_room(struct network_link *link, uint32_t count)
{
	if (__builtin_expect(link->room - link->filled < count, 0)) {
		if (link->filled != 0)
			queue_advance(&link->give.queue, link->filled);
		link->filled = 0;
		link->room = network_link_room(link, QUEUE_CAPACITY_MAX);
	}
	return link->room - link->filled;
}

/* Fills a slot; false if there is no room. */
static inline bool network_link_fill(struct network_link *link, uint64_t slot)
{
	if (network_link_make_room(link, 1) == 0)
		return false;
	network_poke(&link->give, link->filled++, slot);
	return true;
}
