/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts and restarts. From memory with any contents, the ends agree after three looks, in
 * whichever order they start; an end that stays takes nothing of the old session for new;
 * and who waits for the other's answer is signalled.
 */
#include "harness.h"

void peer(void)
{
}

void published(const uint64_t *word, uint64_t value)
{
	(void)word;
	(void)value;
}

static void agreed(uint32_t capacity)
{
	assert(producer.session == consumer.session && producer.session < QUEUE_CUT);
	assert(producer.index == 0 && consumer.index == 0);
	assert(queue_refresh(&producer) == capacity && queue_refresh(&consumer) == 0);
	assert(producer.faults == 0 && consumer.faults == 0);
}

/* Both start, in any order, over any memory. */
static void both(uint32_t capacity)
{
	_Bool first = nondet_bool();
	/* No end is taken for one that has seen this one's start before it started. */
	uint32_t p = (uint32_t)(shared.producer.word >> 32);
	uint32_t c = (uint32_t)(shared.consumer.word >> 32);
	__CPROVER_assume(first ? c >> 16 != (uint16_t)((p >> 16) + 1u)
			       : (uint16_t)p != (uint16_t)(c + 1u));
	_Bool good = first ? queue_produce(&producer, &shared, capacity)
			   : queue_consume(&consumer, &shared, capacity);
	if (nondet_bool())
		assert(queue_refresh(first ? &producer : &consumer) == 0);
	good &= first ? queue_consume(&consumer, &shared, capacity)
		      : queue_produce(&producer, &shared, capacity);
	assert(good);
	(void)queue_refresh(&producer);
	(void)queue_refresh(&consumer);
	(void)queue_refresh(&producer);
	/* Who started last knew the other; the consumer has an answer to tell, from -capacity. */
	assert((first ? &consumer : &producer)->restarts == 0);
	assert(producer.told == 0 && consumer.told == 0u - capacity);
	agreed(capacity);
}

/* One of two that have agreed starts anew. */
static void one(uint32_t capacity)
{
	uint32_t session = nondet_u32();
	_Bool produces = nondet_bool();
	any_end(&producer, capacity, session, 1);
	any_end(&consumer, capacity, session, 0);
	__CPROVER_assume(producer.index - consumer.index <= capacity);
	shared.producer.word = word_of(session, producer.index);
	shared.consumer.word = word_of(session, consumer.index);
	struct queue *starts = produces ? &producer : &consumer;
	struct queue *stays = produces ? &consumer : &producer;
	uint32_t restarts = stays->restarts;
	stays->faults = 0;
	_Bool good = produces ? queue_produce(&producer, &shared, capacity)
			      : queue_consume(&consumer, &shared, capacity);
	assert(good);
	assert(queue_refresh(starts) == 0); /* until the other has answered */
	queue_ask(starts);
	assert(!queue_moved(starts));
	assert(queue_moved(stays) && stays->restarts == restarts + 1);
	assert(stays->limit - stays->index == (produces ? 0 : capacity));
	if (produces)
		assert(queue_wanted(stays)); /* the producer waits for the answer */
	assert(queue_refresh(starts) == (produces ? capacity : 0));
	assert(starts->restarts == 0);
	agreed(capacity);
}

int main(void)
{
	uint32_t capacity = any_capacity();
	shared.producer.word = nondet_u64();
	shared.consumer.word = nondet_u64();
	if (nondet_bool())
		both(capacity);
	else
		one(capacity);
	END();
	return 0;
}
