/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One thread, both ends of a queue or one end and a hostile peer.
 */
#include <string.h>

#include "../queue.h"
#include "test.h"

struct element {
	uint64_t value;
	uint64_t inverse;
};

static struct queue_shared shared;
static struct queue producer, consumer;
static struct element slots[QUEUE_CAPACITY_MAX];

static bool put(uint64_t value)
{
	if (queue_ready(&producer) == 0)
		return false;
	slots[queue_slot(&producer, 0)] = (struct element){ value, ~value };
	queue_advance(&producer, 1);
	return true;
}

static bool take(struct element *element)
{
	if (queue_ready(&consumer) == 0)
		return false;
	*element = slots[queue_slot(&consumer, 0)];
	queue_advance(&consumer, 1);
	return true;
}

/* Both ends agree on a session at `index`, in memory that began with `fill`. */
static bool agree(uint32_t capacity, uint32_t index, int fill)
{
	memset(&shared, fill, sizeof(shared));
	if (!queue_produce(&producer, &shared, capacity) ||
		!queue_consume(&consumer, &shared, capacity) ||
		queue_refresh(&producer) != capacity || queue_refresh(&consumer) != 0 ||
		queue_refresh(&producer) != capacity)
		return false;
	/* As if `index` elements had gone through. */
	for (struct queue *q = &producer;; q = &consumer) {
		q->index += index;
		q->limit += index;
		q->told += index;
		q->own->word += index; /* from 0: no carry */
		if (q == &consumer)
			return true;
	}
}

/* Fills and empties a queue of every capacity, from before the wrap to after it. */
static void fifo(void)
{
	static const int fills[] = { 0, 0xA5, 0xFF };
	for (uint32_t capacity = 1; capacity <= QUEUE_CAPACITY_MAX; capacity *= 2) {
		uint64_t in = 0, out = 0;
		struct element e;
		REQUIRE(agree(capacity, 0u - capacity - 1u, fills[capacity % 3u]));
		for (int round = 0; round < 4; round++) {
			REQUIRE(!take(&e));
			for (uint32_t i = 0; i < capacity; i++)
				REQUIRE(put(in++));
			REQUIRE(!put(in) && queue_refresh(&consumer) == capacity);
			uint32_t n = round == 0 ? 1 : capacity;
			for (uint32_t i = 0; i < n; i++)
				REQUIRE(take(&e) && e.value == out++ &&
					e.inverse == ~e.value);
			while (round == 0 && take(&e))
				REQUIRE(e.value == out++);
		}
		REQUIRE(in == out && producer.faults + consumer.faults == 0);
		REQUIRE(producer.index < 0u - capacity); /* it has wrapped */
	}
}

/* Puts and takes in batches of random size, with random rests. */
static void batches(void)
{
	uint64_t in = 0, out = 0;
	REQUIRE(agree(64, 0u - 1000u, 0));
	for (int step = 0; step < 300000; step++) {
		struct queue *q = test_draw(2) ? &producer : &consumer;
		uint32_t n = test_draw(4) ? queue_ready(q) : queue_refresh(q);
		REQUIRE(n <= 64);
		n = n == 0 ? 0 : (uint32_t)test_draw(n + 1);
		for (uint32_t i = 0; i < n; i++) {
			uint32_t slot = queue_slot(q, i);
			REQUIRE(slot < 64);
			if (q == &producer)
				slots[slot].value = in++;
			else
				REQUIRE(slots[slot].value == out++);
		}
		if (n != 0)
			queue_advance(q, n);
		REQUIRE(in - out <= 64 && queue_refresh(&consumer) == in - out);
	}
	REQUIRE(in > 100000);
}

static void capacities(void)
{
	static const uint32_t wrong[] = { 0, 3, 6, 65535, 65536, 0x80000000u,
		0xffffffffu };
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		REQUIRE(!queue_produce(&producer, &shared, wrong[i]));
		REQUIRE(!queue_consume(&consumer, &shared, wrong[i]));
	}
}

/* Either end starts anew at a random moment; nothing old is ever taken afterwards. */
static void restarts(void)
{
	uint64_t in = 0, oldest = 0, last = 0, taken = 0;
	struct element e;
	REQUIRE(agree(8, 0, 0xA5));
	for (int step = 0; step < 300000; step++) {
		switch (test_draw(16)) {
		case 0:
			REQUIRE(queue_produce(&producer, &shared, 8));
			oldest = in; /* what was put before is lost */
			break;
		case 1:
			REQUIRE(queue_consume(&consumer, &shared, 8));
			break;
		case 2 ... 8:
			if (put(in))
				in++;
			break;
		default:
			if (!take(&e))
				break;
			REQUIRE(e.value < in && e.inverse == ~e.value);
			/* What it had seen before the restart, it may still take. */
			REQUIRE(consumer.session != producer.session ||
				e.value >= oldest);
			REQUIRE(taken++ == 0 || e.value > last);
			last = e.value;
		}
	}
	REQUIRE(taken > 30000 && producer.faults + consumer.faults == 0);
	(void)queue_refresh(&consumer);
	(void)queue_refresh(&producer);
	(void)queue_refresh(&consumer);
	REQUIRE(producer.session == consumer.session);
}

/* A signal is wanted exactly when the index has gone past `wake` since the last look. */
static void wanted(void)
{
	REQUIRE(agree(8, 0u - 3u, 0));
	REQUIRE(!queue_moved(&consumer));
	queue_ask(&consumer);
	REQUIRE(!queue_wanted(&producer));
	for (int i = 0; i < 5; i++)
		REQUIRE(put(1));
	REQUIRE(queue_wanted(&producer) && !queue_wanted(&producer));
	REQUIRE(put(1) && !queue_wanted(&producer)); /* asked for one, got one */
	REQUIRE(queue_moved(&consumer) && !queue_moved(&consumer));
	queue_ask(&consumer);
	REQUIRE(!queue_wanted(&producer) && put(1) && queue_wanted(&producer));
	/* A producer that has started anew is signalled when its start has been seen. */
	REQUIRE(queue_produce(&producer, &shared, 8) && queue_refresh(&producer) == 0);
	queue_ask(&producer);
	REQUIRE(!queue_moved(&producer) && queue_moved(&consumer) &&
		consumer.restarts == 1);
	REQUIRE(queue_wanted(&consumer) && queue_moved(&producer));
}

/* A peer that breaks the invariant is counted and cut off until it starts anew. */
static void cut_off(void)
{
	REQUIRE(agree(8, 100, 0));
	shared.consumer.word += 1; /* ahead of the producer */
	producer.limit = producer.index;
	REQUIRE(queue_ready(&producer) == 0 && producer.faults == 1);
	shared.consumer.word -= 1;
	REQUIRE(queue_refresh(&producer) == 0 && producer.faults == 1);
	shared.producer.word += 9; /* more than fits */
	REQUIRE(queue_refresh(&consumer) == 0 && consumer.faults == 1);
	REQUIRE(queue_consume(&consumer, &shared, 8) && queue_refresh(&producer) == 8);
	REQUIRE(producer.faults == 1 && producer.restarts == 2);
	REQUIRE(put(7));
	struct element e;
	REQUIRE(take(&e) && e.value == 7);
}

/* An index for the hostile peer to write: every eighth or more passes the first check. */
static uint64_t lie(const struct queue *q)
{
	uint64_t good = (q->session & 0xffffffffu) << 32;
	uint32_t near = q->index - q->bias + (uint32_t)test_draw(q->capacity + 2u);
	switch (test_draw(8)) {
	case 0:
		return test_random() << 32 ^ test_random();
	case 1:
		return good | (uint32_t)test_random();
	case 2:
		return (good ^ 1ull << (32 + test_draw(32))) | near;
	default:
		return good | near;
	}
}

/* Whatever the peer writes, at every step: slots in bounds, counts in bounds, no loop. */
static void hostile(void)
{
	uint32_t used = 0, faults = 0, seen = 0;
	REQUIRE(agree(16, 0u - 1000u, 0));
	struct queue *const ends[] = { &producer, &consumer };
	for (int step = 0; step < 1000000; step++) {
		struct queue *q = ends[step / 1000 % 2];
		if (step % 1000 == 0) {
			q->own = q == &producer ? &shared.producer : &shared.consumer;
			q->peer = q == &producer ? &shared.consumer : &shared.producer;
			shared.producer.word = test_random() << 32 | test_random();
		}
		q->peer->word = lie(q);
		q->peer->wake = (uint32_t)(test_draw(2) ? test_random()
							: q->index - test_draw(4));
		uint32_t before = q->faults;
		uint32_t n = test_draw(2) ? queue_ready(q) : queue_refresh(q);
		REQUIRE(n <= q->capacity && q->faults - before <= 1);
		faults += q->faults - before;
		for (uint32_t i = 0; i < n; i++) {
			REQUIRE(queue_slot(q, i) < q->capacity);
			slots[queue_slot(q, i)].value++;
		}
		if (n != 0) {
			queue_advance(q, 1 + (uint32_t)test_draw(n));
			used++;
		}
		queue_ask(q);
		seen += queue_wanted(q) + queue_moved(q);
		REQUIRE(q->limit - q->index <= q->capacity);
	}
	REQUIRE(used > 125000 && faults > 10000 && seen > 10000);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "first in, first out, every capacity, across the wrap", fifo },
		{ "batches of any size", batches },
		{ "wrong capacities are refused", capacities },
		{ "restarts of either end", restarts },
		{ "signals are wanted when asked for", wanted },
		{ "a lying peer is cut off until it starts anew", cut_off },
		{ "hostile peer, a million steps", hostile },
	};
	test_start();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&producer, 0, sizeof(producer));
		memset(&consumer, 0, sizeof(consumer));
		cases[i].run();
		test_report("queue", cases[i].name);
	}
	return test.failed;
}
