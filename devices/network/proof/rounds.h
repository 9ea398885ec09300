/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the harnesses of whole rounds share. A link is a number: of a client, or DRIVER_LINK;
 * its functions are replaced by what they are to do (`link` proves that they do), with any
 * other end. So what is asserted is what the component does with its links:
 *
 *     it looks while nothing of a batch is pending; takes each slot that there is, once, in
 *     order; fills where there is room; hands over before it sleeps; and who was looked at or
 *     given something takes part in the round.
 */
#pragma once

#include "any.h"

#include "../network/link.h"

#define DRIVER_LINK NETWORK_CLIENTS_MAX
#define LINKS (NETWORK_CLIENTS_MAX + 1u)
#define NONE UINT32_MAX

/* Each harness says these. */
static void on_look(uint32_t link);
static void on_restart(uint32_t link);
static uint64_t on_take(uint32_t link); /* a slot that the other end hands over, any */
/* It is tried to fill a slot of a client's link; there may be no room. */
static void on_offer(uint32_t link, uint64_t slot);
static void on_give(uint32_t link, uint64_t slot);
static void on_round(uint64_t used, struct network_awaits awaits);
static uint32_t *driver_filled(void);

static uint32_t left[LINKS], peeked[LINKS], taken[LINKS], filled[LINKS];
static _Bool looked[LINKS], no_room; /* of the driver */
static uint32_t room, pokes;         /* likewise */
/* What is to be counted of each link, by what passes it. */
static struct tally {
	uint64_t frames, bytes, bad_slots, bad_frames, unknown;
} tally[LINKS];

static void tally_frame(uint32_t link, uint64_t bytes)
{
	tally[link].frames++;
	tally[link].bytes += bytes;
}

static void tally_start(void)
{
	for (uint32_t i = 0; i < LINKS; i++)
		tally[i] = (struct tally){ 0 };
}

static uint32_t rounds; /* the second one is followed only to where it looks at clients */

static void hand_over(uint32_t link)
{
	assert(peeked[link] == taken[link]);
	left[link] -= taken[link];
	taken[link] = peeked[link] = filled[link] = 0;
}

static bool seen_restarted(uint32_t link)
{
	assert(taken[link] == 0);
	on_look(link);
	left[link] = rounds != 0 ? 0 : nondet_u32();
	__CPROVER_assume(left[link] <= SLOTS);
	looked[link] = 1;
	if (link == DRIVER_LINK)
		room = 0;
	if (rounds != 0 || !nondet_bool())
		return false;
	filled[link] = 0;
	on_restart(link);
	return true;
}

static uint32_t seen_take(uint32_t link, struct network_queue *take)
{
	assert(looked[link] && taken[link] == 0);
	take->queue.index = link;
	taken[link] = left[link];
	return taken[link];
}

static uint32_t seen_left(uint32_t link)
{
	return left[link] - taken[link];
}

/* One slot, where they are not all taken at once. */
static uint64_t seen_next(uint32_t link)
{
	assert(seen_left(link) != 0);
	taken[link]++;
	peeked[link]++;
	return on_take(link);
}

uint64_t seen_peek(const struct network_queue *q, uint32_t ahead)
{
	uint32_t link = q->queue.index;
	assert(ahead == peeked[link] && ahead < taken[link]);
	peeked[link]++;
	return on_take(link);
}

static bool seen_fill(uint32_t link, uint64_t slot)
{
	assert(link < NETWORK_CLIENTS_MAX);
	on_offer(link, slot);
	if (nondet_bool())
		hand_over(link); /* to find room */
	if (nondet_bool())
		return false;
	filled[link]++;
	on_give(link, slot);
	return true;
}

static uint32_t seen_make_room(uint32_t link, uint32_t count)
{
	uint32_t found = nondet_u32();
	assert(link == DRIVER_LINK && pokes == 0);
	if (nondet_bool())
		hand_over(link);
	__CPROVER_assume(found <= count);
	no_room = found < count;
	room = found;
	return found;
}

void seen_poke(const struct network_queue *q, uint32_t ahead, uint64_t slot)
{
	(void)q;
	assert(ahead == pokes && ahead < room);
	pokes++;
	on_give(DRIVER_LINK, slot);
}

static uint32_t seen_faults(uint32_t link)
{
	(void)link;
	return nondet_u32();
}

static bool seen_round(
	uint32_t driver, uint32_t clients, uint64_t used, struct network_awaits awaits)
{
	assert(driver == DRIVER_LINK && clients == 0);
	assert(*driver_filled() == pokes && looked[DRIVER_LINK]);
	hand_over(DRIVER_LINK);
	assert(left[DRIVER_LINK] == 0);
	/* network_link_check: room is awaited only where there is none. */
	assert(!awaits.driver_give || no_room);
	for (uint32_t i = 0; i < NETWORK_CLIENTS_MAX; i++) {
		if ((used >> i & 1u) != 0)
			hand_over(i);
		assert(taken[i] == 0 && filled[i] == 0);
	}
	on_round(used, awaits);
	for (uint32_t i = 0; i < LINKS; i++)
		looked[i] = 0;
	*driver_filled() = pokes = room = 0;
	no_room = 0;
	rounds++;
	return nondet_bool();
}

#define network_unknown(address) (address)
#define network_link_restarted seen_restarted
#define network_link_hand_over hand_over
#define network_link_take seen_take
#define network_link_left seen_left
#define network_link_fill seen_fill
#define network_link_make_room seen_make_room
#define network_link_faults seen_faults
#define network_link_round(link, first, stride, ...)  \
	(assert((stride) == sizeof(virt.clients[0])), \
		seen_round(link, first, __VA_ARGS__))
