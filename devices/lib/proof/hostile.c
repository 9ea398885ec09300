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

/* A look that has found this word, of a peer that has not started anew: n is what it may use. */
static void judged(const struct queue *q, uint64_t word, uint64_t session, uint32_t index,
	uint32_t faults, uint32_t n)
{
	uint32_t filled = (uint32_t)word + q->bias - index;
	_Bool here = word >> 32 == session;
	_Bool lies = here && filled > q->capacity;
	assert(q->index == index && n == (here && !lies ? filled : 0));
	assert(q->faults == faults + lies);
	assert(q->session == (lies ? QUEUE_CUT : session));
}

static void step(struct queue *q)
{
	uint32_t faults = q->faults, restarts = q->restarts, n;
	uint64_t session = q->session;
	uint16_t generation = q->peer_generation;
	switch (nondet_u16() % 5) {
	case 0:
		_Bool looks = nondet_bool();
		uint32_t index = q->index;
		n = looks ? queue_refresh(q) : queue_ready(q);
		assert(n <= q->capacity && n == q->limit - q->index);
		if (looks && q->restarts == restarts)
			judged(q, q->peer->word, session, index, faults, n);
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
		if (seen == generation)
			judged(q, word, session, q->index, faults, n);
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
