/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The copier, all of `notified`, whatever virt_rx and the client hand over: each of virt_rx's
 * buffers goes back to it, once and in its order; what a frame is copied to and from is as in
 * `copy.c`; the client is given just what it has handed over, once, with the frame's length.
 */
#define SLOTS \
	3u /* of virt_rx in a round, at most; bad ones of the client before a good one */

#include "any.h"

#include "../network/link.h"

static bool seen_restarted(struct network_link *link);
static uint32_t seen_make_room(struct network_link *link, uint32_t count);
static bool seen_next(struct network_link *link, uint64_t *slot);
static bool seen_fill(struct network_link *link, uint64_t slot);
static void seen_ask(struct network_link *link, bool await_take, bool await_give);
static bool seen_check(
	struct network_link *link, bool await_take, bool await_give, uint64_t *channels);

#define network_unknown(address) (address)
#define network_link_restarted seen_restarted
#define network_link_make_room seen_make_room
#define network_link_next seen_next
#define network_link_fill seen_fill
#define network_link_ask seen_ask
#define network_link_check seen_check
#include "../network/copy.c"

#define NONE NETWORK_BUFFERS_MAX

static struct network_copy_config config;
static struct network_copy_counters counters;
static uint64_t held;  /* virt_rx's slot */
static uint64_t offer; /* the client's buffer; NONE if it has handed over none */
static _Bool copied;
static uint32_t peeks, pokes, offers, rounds;
static _Bool asked_virt, awaits_give;

static bool seen_restarted(struct network_link *link)
{
	assert(link->taken == 0 && link->filled == 0 && peeks == 0);
	link->take.queue.limit = nondet_u32();
	__CPROVER_assume(network_left(&link->take) <= SLOTS);
	link->room = 0;
	return nondet_bool();
}

static uint32_t seen_make_room(struct network_link *link, uint32_t count)
{
	uint32_t room = nondet_u32();
	assert(link == &copy.virt || count == 1);
	__CPROVER_assume(room <= QUEUE_CAPACITY_MAX);
	if (link == &copy.virt)
		link->room = room;
	return room < count ? room : count;
}

/* A slot of virt_rx. */
uint64_t seen_peek(const struct network_queue *q, uint32_t ahead)
{
	assert(ahead == peeks && ahead == pokes && ahead < network_left(q));
	assert(offer == NONE);
	peeks++;
	held = nondet_u64();
	copied = 0;
	offers = 0;
	return held;
}

/* It goes back. */
void seen_poke(const struct network_queue *q, uint32_t ahead, uint64_t slot)
{
	(void)q;
	assert(ahead == pokes && ahead + 1u == peeks && ahead < copy.virt.room);
	assert(slot == network_slot_where(held) && offer == NONE);
	pokes++;
}

static bool seen_next(struct network_link *link, uint64_t *slot)
{
	assert(link == &copy.client && offer == NONE && !copied);
	if (offers++ == SLOTS || nondet_bool())
		return false;
	*slot = nondet_u64();
	uint64_t buffer = network_buffer(network_slot_where(*slot));
	if (buffer < config.client_buffers)
		offer = buffer;
	return true;
}

static bool seen_fill(struct network_link *link, uint64_t slot)
{
	assert(link == &copy.client && offer != NONE && copied);
	assert(slot ==
		network_slot(offer * NETWORK_BUFFER_BYTES, network_slot_bytes(held)));
	offer = NONE;
	return true;
}

/* Copies as C says; here: what, and where to. */
void *memcpy(void *to, const void *from, size_t count)
{
	uint64_t in = (uint64_t)(uintptr_t)from - config.device_vaddr;
	uint64_t out = (uint64_t)(uintptr_t)to - config.client_vaddr;
	assert(offer != NONE && !copied && network_frame_possible((uint32_t)count));
	assert(count == network_slot_bytes(held));
	assert(in == network_slot_where(held) + NETWORK_FRAME_OFFSET);
	assert(in % NETWORK_BUFFER_BYTES == NETWORK_FRAME_OFFSET);
	assert(in / NETWORK_BUFFER_BYTES < config.device_buffers);
	assert(out == offer * NETWORK_BUFFER_BYTES + NETWORK_FRAME_OFFSET);
	copied = 1;
	return to;
}

static void seen_ask(struct network_link *link, bool await_take, bool await_give)
{
	if (link != &copy.virt) {
		assert(link == &copy.client && !await_take && !await_give);
		return;
	}
	/* All that was looked at went back, or there is no room for it. */
	assert(await_take && link->taken == peeks && link->filled == pokes);
	assert(peeks == pokes);
	link->take.queue.index += link->taken;
	link->room -= link->filled;
	link->taken = link->filled = peeks = pokes = 0;
	assert(await_give == (network_left(&link->take) != 0));
	asked_virt = 1;
	awaits_give = await_give;
}

static bool seen_check(
	struct network_link *link, bool await_take, bool await_give, uint64_t *channels)
{
	*channels = 0;
	assert(!await_give || link->room == 0); /* network_link_check */
	if (link != &copy.virt)
		return false;
	assert(asked_virt && await_take && await_give == awaits_give);
	return rounds++ == 0 && nondet_bool();
}

int main(void)
{
	bool configured;

	__CPROVER_assume(config.device_buffers <= NETWORK_BUFFERS_MAX);
	__CPROVER_assume(config.client_buffers <= NETWORK_BUFFERS_MAX);
	__CPROVER_assume(config.device_vaddr < 1ull << 38);
	__CPROVER_assume(config.client_vaddr < 1ull << 38);
	copy.config = &config;
	copy.counters = &counters;
	copy.virt.taken = copy.virt.filled = copy.client.taken = copy.client.filled = 0;
	__CPROVER_assume(network_left(&copy.client.take) <= SLOTS);
	peeks = pokes = offers = rounds = 0;
	offer = NONE;
	asked_virt = 0;
	configured = nondet_bool();
	if (!configured)
		copy.config = NULL;
	notified(nondet_u32());
	assert((rounds != 0) == configured);
	END();
	return 0;
}
