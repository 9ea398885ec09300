/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile peer writes anything into shared memory at any time. Whatever it does: counts
 * and slots stay in bounds, the private state stays valid, nothing is written but the own
 * line, a lie in this session is counted and cut off until the generation changes.
 */
#include "harness.h"

static const struct queue *self;

void peer(void)
{
	shared.producer.word = nondet_u64();
	shared.consumer.word = nondet_u64();
	shared.producer.wake = nondet_u32();
	shared.consumer.wake = nondet_u32();
}

void published(const uint64_t *word, uint64_t value)
{
	(void)value;
	assert(word == &self->own->word);
}

static void step(struct queue *q)
{
	uint32_t faults = q->faults, restarts = q->restarts, n;
	uint64_t session = q->session;
	uint16_t generation = q->peer_generation;
	switch (nondet_u16() % 5) {
	case 0:
		n = nondet_bool() ? queue_ready(q) : queue_refresh(q);
		assert(n <= q->capacity && n == q->limit - q->index);
		uint32_t i = nondet_u32(), count = nondet_u32();
		if (session == QUEUE_CUT && q->restarts == restarts)
			assert(n == 0 && q->session == QUEUE_CUT);
		if (i < n)
			assert(queue_slot(q, i) < q->capacity);
		if (count != 0 && count <= n)
			queue_advance(q, count);
		break;
	case 1:
		queue_ask(q);
		break;
	case 2:
		(void)queue_moved(q);
		break;
	case 3:
		(void)queue_wanted(q);
		assert(!queue_wanted(q));
		break;
	default: { /* one look, at a word of the peer's choice */
		uint64_t word = nondet_u64();
		n = queue_resync(q, word);
		uint16_t seen = (uint16_t)(word >> (q->bias != 0 ? 32 : 48));
		uint32_t filled = (uint32_t)word + q->bias - q->index;
		if (seen == generation && word >> 32 == session && filled > q->capacity)
			assert(n == 0 && q->faults == faults + 1 &&
				q->session == QUEUE_CUT);
		if (seen != generation)
			assert(q->restarts == restarts + 1 && q->peer_generation == seen);
		if (word >> 32 != q->session)
			assert(n == 0);
		break;
	}
	}
	assert(q->restarts - restarts <= 2 && q->faults - faults <= 2);
}

int main(void)
{
	uint32_t capacity = any_capacity();
	_Bool produces = nondet_bool();
	struct queue *q = produces ? &producer : &consumer;
	self = q;
	if (nondet_bool()) {
		q->own = produces ? &shared.producer : &shared.consumer;
		uint32_t asked = nondet_u32();
		_Bool good = produces ? queue_produce(q, &shared, asked)
				      : queue_consume(q, &shared, asked);
		assert(good == (asked != 0 && (asked & (asked - 1u)) == 0 &&
				       asked <= QUEUE_CAPACITY_MAX));
		__CPROVER_assume(good);
		capacity = asked;
	} else {
		any_end(q, capacity, nondet_u32(), produces);
		q->session = nondet_bool() ? QUEUE_CUT : q->session;
		if (q->session == QUEUE_CUT)
			q->limit = q->index;
		step(q);
	}
	assert(q->limit - q->index <= capacity && q->capacity == capacity);
	assert(q->bias == (produces ? capacity : 0));
	assert(q->session != QUEUE_CUT || q->limit == q->index);
	assert(q->session <= QUEUE_CUT);
	END();
	return 0;
}
