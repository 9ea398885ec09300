/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inductive step of first in, first out, in one session, alone: from any valid state,
 * any capacity, any position before or after the wrap, putting or taking does to the
 * sequence of elements what it should. Ends may have looked long ago.
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

/* The class's wrappers, as queue.h gives them. */
static _Bool put(uint64_t element)
{
	if (queue_ready(&producer) == 0)
		return 0;
	assert(queue_slot(&producer, 0) < producer.capacity);
	slot_write(queue_slot(&producer, 0), element);
	queue_advance(&producer, 1);
	return 1;
}

static _Bool take(uint64_t *element)
{
	if (queue_ready(&consumer) == 0)
		return 0;
	assert(queue_slot(&consumer, 0) < consumer.capacity);
	*element = slot_read(queue_slot(&consumer, 0));
	queue_advance(&consumer, 1);
	return 1;
}

static _Bool valid(uint32_t session, uint32_t capacity)
{
	uint32_t filled = producer.index - consumer.index;
	return shared.producer.word == word_of(session, producer.index) &&
	       shared.consumer.word == word_of(session, consumer.index) &&
	       filled <= capacity && consumer.limit - consumer.index <= filled &&
	       producer.limit - producer.index <= capacity - filled;
}

int main(void)
{
	uint32_t capacity = any_capacity(), session = nondet_u32();
	any_end(&producer, capacity, session, 1);
	any_end(&consumer, capacity, session, 0);
	shared.producer.word = word_of(session, producer.index);
	shared.consumer.word = word_of(session, consumer.index);
	__CPROVER_assume(valid(session, capacity));
	uint32_t head = consumer.index, tail = producer.index, filled = tail - head;
	uint32_t faults = producer.faults + consumer.faults;
	uint32_t k = nondet_u32();
	watched_slot = (head + k) &
		       (capacity - 1u); /* of the k-th element, if k < filled */
	uint64_t before = cell, x = nondet_u64(), y;

	if (nondet_bool()) {
		_Bool done = put(x);
		assert(done == (filled < capacity));
		assert(consumer.index == head && producer.index == tail + done);
		if (k < filled)
			assert(cell == before);
		if (done && k == filled)
			assert(cell == x);
	} else {
		_Bool done = take(&y);
		assert(done == (filled > 0));
		assert(producer.index == tail && consumer.index == head + done);
		if (done && k == 0)
			assert(y == before);
		assert(cell == before);
	}
	assert(valid(session, capacity));
	assert(faults == producer.faults + consumer.faults);
	assert(queue_refresh(&consumer) == producer.index - consumer.index);
	assert(queue_refresh(&producer) == capacity - (producer.index - consumer.index));
	END();
	return 0;
}
