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
 *     network_link_ask(link, await, false);      // each link that was looked at, or used
 *     shared_fence();
 *     more = network_link_check(link, await, false, &channels);
 *     signal_notify(channels, !more);
 *
 * A link that was neither looked at nor used need not take part in the round, so an entry
 * costs what it does, however many clients there are (signal_check of devices/lib/signal.h).
 */
#pragma once

#include "../lib/signal.h"
#include "queue.h"

#define NETWORK_CHANNELS 64u /* of a PD */

/* Parts of each component's round: short, once they know what is awaited. */
#define NETWORK_INLINE static inline __attribute__((always_inline))

/*
 * The same address, but the compiler does not know it: it keeps it in a register, where it
 * would else compute the address of each member anew.
 */
static inline void *network_unknown(void *address)
{
	__asm__("" : "+r"(address));
	return address;
}

/* Signals the other end that this one has started. */
static inline void network_link_greet(const struct network_link *link)
{
	signal_notify(1ull << link->channel, false);
}

/* Whether both ends have seen each other's start: what is put into the link arrives. */
static inline bool network_link_agreed(const struct network_link *link)
{
	const struct queue *take = &link->take.queue;
	return shared_load_acquire(&take->peer->word) >> 32 == take->session;
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
	uint32_t taken = link->taken;
	if (network_left(&link->take) <= taken)
		return false;
	*slot = network_peek(&link->take, taken);
	link->taken = taken + 1u;
	return true;
}

/*
 * Takes all slots that there are: how many. They are read by network_peek(take, i), from a
 * copy of the queue that the compiler keeps in registers.
 */
static inline uint32_t network_link_take(
	struct network_link *link, struct network_queue *take)
{
	*take = link->take;
	link->taken = network_left(take);
	return link->taken;
}

/* Hands on what was taken, then what was filled: network_link_find_room says why. */
NETWORK_INLINE void network_link_hand_over(struct network_link *link)
{
	uint32_t taken = link->taken;
	uint32_t filled = link->filled;
	if (taken != 0) {
		queue_advance(&link->take.queue, taken);
		link->taken = 0;
	}
	if (filled != 0) {
		queue_advance(&link->give.queue, filled);
		link->room -= filled;
		link->filled = 0;
	}
}

/* Hands over, and asks for a signal where the other end is awaited. */
NETWORK_INLINE void network_link_ask(
	struct network_link *link, bool await_take, bool await_give)
{
	network_link_hand_over(link);
	if (await_take)
		queue_ask(&link->take.queue);
	if (await_give)
		queue_ask(&link->give.queue);
}

/*
 * After the fence: adds to the channels to signal; whether an awaited end has gone on.
 * Requires: `give` is awaited only where there is no room (room is 0): the other end may be
 * seen to have started anew, and what is left of the old life's room would be none.
 */
NETWORK_INLINE bool network_link_check(
	struct network_link *link, bool await_take, bool await_give, uint64_t *channels)
{
	bool taken = signal_check(&link->take.queue, link->channel, await_take, channels);
	bool given = signal_check(&link->give.queue, link->channel, await_give, channels);
	return taken || given;
}

/* What a round awaits: of the driver's link both queues, of the clients' what they send. */
struct network_awaits {
	bool driver_take, driver_give, clients_take;
};

/*
 * The round of a virtualiser, with the driver and the clients in `used`; whether there may
 * be more work. `clients` is the link of client 0, one of an array of structs of `stride`
 * bytes.
 */
static inline bool network_link_round(struct network_link *driver,
	struct network_link *clients, uint64_t stride, uint64_t used,
	struct network_awaits awaits)
{
	uint64_t channels = 0;
	network_link_ask(driver, awaits.driver_take, awaits.driver_give);
	for (uint64_t left = used; left != 0; left &= left - 1u) {
		uint64_t at = (uint64_t)__builtin_ctzll(left) * stride;
		network_link_ask((struct network_link *)((uintptr_t)clients + at),
			awaits.clients_take, false);
	}
	shared_fence();
	bool more = network_link_check(
		driver, awaits.driver_take, awaits.driver_give, &channels);
	for (uint64_t left = used; left != 0; left &= left - 1u) {
		uint64_t at = (uint64_t)__builtin_ctzll(left) * stride;
		more |= network_link_check(
			(struct network_link *)((uintptr_t)clients + at),
			awaits.clients_take, false, &channels);
	}
	signal_notify(channels, !more);
	return more;
}

/*
 * Makes room, after handing over what was taken and filled; how many slots may be filled.
 * What is filled may come back at once, and needs the slot that it was taken from: so nothing
 * is handed over before what was taken. None if the other end is seen to have started anew:
 * nothing is given to its new life before network_link_restarted has said so.
 */
__attribute__((noinline, cold)) static inline uint32_t network_link_find_room(
	struct network_link *link)
{
	network_link_hand_over(link);
	link->room = network_link_room(link, QUEUE_CAPACITY_MAX);
	return link->room;
}

/* Room to fill `count` slots, or as many of them as there can be; how many. */
static inline uint32_t network_link_make_room(struct network_link *link, uint32_t count)
{
	if (__builtin_expect(link->room - link->filled >= count, 1))
		return count;
	uint32_t room = network_link_find_room(link);
	return room < count ? room : count;
}

/* Fills a slot; false if there is no room. */
static inline bool network_link_fill(struct network_link *link, uint64_t slot)
{
	if (network_link_make_room(link, 1) == 0)
		return false;
	uint32_t filled = link->filled;
	network_poke(&link->give, filled, slot);
	link->filled = filled + 1u;
	return true;
}
