/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One step of one end of a link, used in batches, while the other end starts anew at any
 * moment: nothing is given to a life that has not been reported, each is reported once, and
 * the counts of a batch are right. Inductive: from any state that `valid` admits. With HOSTILE
 * the other end writes anything.
 */
#include "any.h"

#include "../network/link.h"

#include "../lib/proof/lives.h"

#ifndef AWAITS
#define AWAITS nondet_u32()
#endif

static struct network_link link_;
static uint64_t slot_there; /* what stands in any slot */
static uint64_t to_put;
static uint32_t pokes, peeked, poked; /* how many, and where last */

static _Bool valid(const struct network_link *link)
{
	const struct queue *take = &link->take.queue, *give = &link->give.queue;
	return valid_pair(take, give, &link->seen) &&
	       link->taken <= take->limit - take->index && link->filled <= link->room &&
	       link->room <= pair_room(&link->seen, give);
}

uint64_t seen_peek(const struct network_queue *q, uint32_t ahead)
{
	assert(q == &link_.take && ahead < q->queue.limit - q->queue.index);
	peeked = ahead;
	return slot_there;
}

void seen_poke(const struct network_queue *q, uint32_t ahead, uint64_t slot)
{
	pokes++;
	poked = ahead;
	assert(slot == to_put);
	assert(q == &link_.give && ahead < pair_room(&link_.seen, &q->queue));
	assert(HOSTILE || q->queue.peer_generation == reported);
}

/* What is handed over goes to the life that is reported. */
static void hand_over(struct network_link *link, _Bool await_take, _Bool await_give)
{
	uint32_t take = link->take.queue.index, give = link->give.queue.index;
	uint32_t taken = link->taken, filled = link->filled;
	network_link_ask(link, await_take, await_give);
	assert(link->take.queue.index == take + taken);
	assert(link->give.queue.index == give + filled);
	assert(link->taken == 0 && link->filled == 0);
	assert(!await_take || take_shared.consumer.wake == link->take.queue.limit);
	assert(!await_give || give_shared.producer.wake ==
				      link->give.queue.limit - link->give.queue.capacity);
}

static void look(struct network_link *link)
{
	__CPROVER_assume(link->taken == 0);
	calm = nondet_bool();
	_Bool new = network_link_restarted(link);
	if (HOSTILE)
		return;
	assert(new == (link->take.queue.peer_generation != reported));
	reported = link->take.queue.peer_generation;
	if (new)
		assert(link->filled == 0);
	if (calm) /* it is seen where it is */
		assert(reported == take_life);
}

static void put(struct network_link *link)
{
	uint32_t filled = link->filled, restarts = link->give.queue.restarts;
	uint32_t index = link->give.queue.index;
	pokes = 0;
	to_put = nondet_u64();
	if (network_link_fill(link, to_put)) {
		assert(pokes == 1 && poked + 1u == link->filled);
		assert(HOSTILE ||
			(link->give.queue.index + link->filled == index + filled + 1u &&
				link->give.queue.restarts == restarts));
	} else {
		assert(pokes == 0 && link->filled == 0 && link->room == 0);
	}
}

static void take(struct network_link *link)
{
	uint32_t taken = link->taken, left = network_link_left(link);
	uint64_t slot = 0;
	_Bool done = network_link_next(link, &slot);
	assert(done == (left != 0) && link->taken == taken + done);
	assert(!done || (slot == slot_there && peeked == taken));
}

/* Whether the other end waits for something that was handed over since the last check. */
static _Bool wanted(struct queue q, uint32_t wake)
{
	return q.index - wake - 1u < q.index - q.told;
}

static void check(struct network_link *link, _Bool await_take, _Bool await_give)
{
	uint64_t channels = 0;
	__CPROVER_assume(link->taken == 0 && link->filled == 0 && link->channel < 64u);
	__CPROVER_assume(!await_give || link->room == 0); /* link.h */
	struct queue was_take = link->take.queue, was_give = link->give.queue;
	_Bool more = network_link_check(link, await_take, await_give, &channels);
	const struct queue *take = &link->take.queue, *give = &link->give.queue;
	_Bool signals = wanted(was_take, take_shared.producer.wake) ||
			wanted(was_give, give_shared.consumer.wake);
	assert(channels == (signals ? 1ull << link->channel : 0));
	assert(take->told == take->index || take->restarts != was_take.restarts);
	assert(give->told == give->index || give->restarts != was_give.restarts);
	_Bool moved = take->limit != was_take.limit ||
		      take->restarts != was_take.restarts ||
		      give->limit != was_give.limit ||
		      give->restarts != was_give.restarts;
	assert(more == moved);
}

static void room(struct network_link *link)
{
	uint32_t count = nondet_u32();
	__CPROVER_assume(count <= QUEUE_CAPACITY_MAX);
	uint32_t found = network_link_make_room(link, count);
	uint32_t room = link->room - link->filled;
	assert(found == (room < count ? room : count));
}

int main(void)
{
	uint32_t capacity = nondet_u32();
	__CPROVER_assume(capacity != 0 && (capacity & (capacity - 1u)) == 0);
	__CPROVER_assume(capacity <= QUEUE_CAPACITY_MAX);
	any_pair(&link_.take.queue, &link_.give.queue, capacity);
	calm = 0;
	__CPROVER_assume(valid(&link_));
	_Bool await_take = AWAITS & 1, await_give = AWAITS >> 1;

	switch (OP < 6 ? OP : nondet_u32()) {
	case 0:
		look(&link_);
		break;
	case 1:
		put(&link_);
		break;
	case 2:
		hand_over(&link_, await_take, await_give);
		break;
	case 3:
		take(&link_);
		break;
	case 4:
		check(&link_, await_take, await_give);
		break;
	default:
		room(&link_);
		break;
	}
	assert(valid(&link_));
	END();
	return 0;
}
