/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has a buffer of a link has room to give it, while both ends work as link.h has it and
 * neither starts anew: no step of a batch refuses it. Inductive; the other end goes on at
 * each access to shared memory, as it may on another core.
 *
 * A slot is free again when its consumer has published that it took it. So no end may have
 * handed over a buffer that it took before it publishes that: pending <= mine. What is then
 * between the ends, with what this one has, is no more than there are buffers; the rest is the
 * other's, which has the same to prove.
 */
#include "any.h"

#include "../network/link.h"

#define SLOTS_MAX 16u

static struct queue_shared take_shared, give_shared;
static struct network_link link_;
static uint32_t buffers; /* of the link: at most its capacity */
static uint32_t mine;    /* buffers that this end has, not handed over */
static uint32_t pending; /* slots that it has taken, and has not published that */
static uint32_t taken_at, given_at; /* this end's indices, as published */

static uint32_t low(const struct queue_line *line)
{
	return (uint32_t)line->word;
}

static uint32_t used(const struct queue_shared *shared)
{
	return low(&shared->producer) - low(&shared->consumer);
}

static _Bool conserved(void)
{
	uint32_t takes = used(&take_shared), gives = used(&give_shared);
	return takes <= buffers && gives <= buffers && mine <= buffers &&
	       pending <= mine && pending <= takes &&
	       takes - pending + gives + mine <= buffers;
}

/* As seen, no more than there is. */
static _Bool valid(void)
{
	const struct queue *take = &link_.take.queue, *give = &link_.give.queue;
	uint32_t seen = give->limit - give->capacity;
	return conserved() && take->index == low(&take_shared.consumer) &&
	       give->index == low(&give_shared.producer) && taken_at == take->index &&
	       given_at == give->index && link_.taken == pending &&
	       take->limit - take->index <= used(&take_shared) &&
	       link_.taken <= take->limit - take->index &&
	       give->index - seen <= give->capacity &&
	       low(&give_shared.consumer) - seen <= give->index - seen &&
	       link_.room <= give->limit - give->index && link_.filled <= link_.room &&
	       link_.filled <= mine;
}

/* Whoever follows the rules is never cut off, nor started anew. */
uint32_t queue_resync(struct queue *q, uint64_t word)
{
	(void)q;
	(void)word;
	assert(0 && "the other end is in its session, its index in range");
	return 0;
}

/* Moves an index on, not beyond another. */
static void go_on(struct queue_line *line, uint32_t most)
{
	uint32_t steps = nondet_u32();
	__CPROVER_assume(steps <= most);
	line->word = (line->word & ~0xffffffffull) | (low(line) + steps);
}

void peer(void)
{
	go_on(&take_shared.producer, buffers - used(&take_shared));
	go_on(&give_shared.consumer, used(&give_shared));
	__CPROVER_assume(conserved());
}

/* What is published changes hands. */
void published(const uint64_t *word, uint64_t value)
{
	if (word == &take_shared.consumer.word) {
		pending -= (uint32_t)value - taken_at;
		taken_at = (uint32_t)value;
	} else {
		mine -= (uint32_t)value - given_at;
		given_at = (uint32_t)value;
	}
	assert(conserved());
}

uint64_t seen_peek(const struct network_queue *q, uint32_t ahead)
{
	(void)q;
	(void)ahead;
	return nondet_u64();
}

void seen_poke(const struct network_queue *q, uint32_t ahead, uint64_t slot)
{
	(void)q;
	(void)ahead;
	(void)slot;
}

/* What was taken is this end's. */
static void take(uint32_t count)
{
	mine += count;
	pending += count;
}

static void any_link(void)
{
	uint32_t capacity = nondet_u32(), session = nondet_u32();
	struct queue *in = &link_.take.queue, *out = &link_.give.queue;
	__CPROVER_assume(capacity != 0 && (capacity & (capacity - 1u)) == 0);
	__CPROVER_assume(capacity <= SLOTS_MAX && buffers <= capacity);
	*in = (struct queue){ .own = &take_shared.consumer,
		.peer = &take_shared.producer,
		.capacity = capacity,
		.session = session,
		.index = nondet_u32(),
		.limit = nondet_u32() };
	*out = (struct queue){ .own = &give_shared.producer,
		.peer = &give_shared.consumer,
		.capacity = capacity,
		.bias = capacity,
		.session = session,
		.index = nondet_u32(),
		.limit = nondet_u32() };
	__CPROVER_assume(take_shared.producer.word >> 32 == session &&
			 take_shared.consumer.word >> 32 == session &&
			 give_shared.producer.word >> 32 == session &&
			 give_shared.consumer.word >> 32 == session);
	__CPROVER_assume(link_.seen.take_restarts == 0 && link_.seen.give_restarts == 0);
}

int main(void)
{
	uint64_t slot = 0, channels = 0;
	uint32_t count = nondet_u32();
	struct network_queue copy;
	any_link();
	__CPROVER_assume(link_.channel < 64u && valid());
	switch (OP) {
	case 0:
		__CPROVER_assume(link_.taken == 0);
		assert(!network_link_restarted(&link_));
		if (nondet_bool())
			take(network_link_take(&link_, &copy));
		break;
	case 1:
		take(network_link_next(&link_, &slot));
		break;
	case 2:
		__CPROVER_assume(link_.filled < mine);
		assert(network_link_fill(&link_, slot));
		break;
	case 3: /* many, one by one at the place that is kept for them */
		__CPROVER_assume(link_.filled == 0 && count <= mine);
		assert(network_link_make_room(&link_, count) == count);
		link_.filled = count;
		break;
	default:
		network_link_ask(&link_, true, false);
		(void)network_link_check(&link_, true, false, &channels);
		break;
	}
	assert(valid());
	END();
	return 0;
}
