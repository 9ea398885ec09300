/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rare parts of a queue: start, restart of the peer, a peer that breaks the rules.
 *
 * A session that is not yet agreed on is a full queue to the producer: it takes the
 * consumer's index for -capacity. So `told` begins there at the consumer, and when a
 * consumer answers a producer that has started anew, it has gone from -capacity to 0
 * and queue_wanted finds that the producer, who asks at -capacity, wants a signal.
 */
#include "queue.h"

static bool is_producer(const struct queue *q)
{
	return q->bias != 0;
}

/* Begins at index 0 of the session of both generations, and publishes that. */
static void begin(struct queue *q)
{
	uint32_t producer = is_producer(q) ? q->generation : q->peer_generation;
	uint32_t consumer = is_producer(q) ? q->peer_generation : q->generation;
	q->session = producer << 16 | consumer;
	q->index = 0;
	q->limit = 0;
	q->told = q->bias - q->capacity;
	/* Asks before it publishes: who sees the session sees this wish, no older one. */
	queue_ask(q);
	shared_store_release(&q->own->word, q->session << 32 | q->index);
}

/* The generation of an end, in a word that it has published. */
static uint16_t generation_of(uint64_t word, bool producer)
{
	return (uint16_t)(word >> (producer ? 48 : 32));
}

/*
 * The next generation of the end `own`: raised from what stands in shared memory. If a
 * hostile peer has changed that, the two may not agree on a session: the peer's own loss.
 */
static uint16_t next_generation(const struct queue_line *own, bool producer)
{
	return (uint16_t)(generation_of(shared_load_acquire(&own->word), producer) + 1u);
}

static bool start(struct queue *q, uint32_t capacity, bool producer, uint16_t generation)
{
	if (capacity == 0 || (capacity & (capacity - 1u)) != 0 ||
		capacity > QUEUE_CAPACITY_MAX)
		return false;
	q->capacity = capacity;
	q->bias = producer ? capacity : 0;
	q->faults = 0;
	q->restarts = 0;
	uint64_t peer = shared_load_acquire(&q->peer->word); /* untrusted */
	q->generation = generation;
	q->peer_generation = generation_of(peer, !producer);
	begin(q);
	return true;
}

uint32_t queue_resync(struct queue *q, uint64_t word)
{
	uint16_t peer_generation = generation_of(word, !is_producer(q));
	if (peer_generation != q->peer_generation) {
		q->peer_generation = peer_generation;
		q->restarts++;
		begin(q);
	}
	if (word >> 32 == q->session) {
		uint32_t limit = (uint32_t)word + q->bias;
		if (limit - q->index <= q->capacity) {
			q->limit = limit;
			return limit - q->index;
		}
		q->faults++;
		q->session = QUEUE_CUT;
	}
	/* Cut off, or the peer has not yet seen that this end has started. */
	q->limit = q->index;
	return 0;
}

bool queue_produce_with(struct queue *q, struct queue_shared *shared, uint32_t capacity,
	uint16_t generation)
{
	q->own = &shared->producer;
	q->peer = &shared->consumer;
	return start(q, capacity, true, generation);
}

bool queue_produce(struct queue *q, struct queue_shared *shared, uint32_t capacity)
{
	return queue_produce_with(
		q, shared, capacity, next_generation(&shared->producer, true));
}

bool queue_consume(struct queue *q, struct queue_shared *shared, uint32_t capacity)
{
	q->own = &shared->consumer;
	q->peer = &shared->producer;
	return start(q, capacity, false, next_generation(q->own, false));
}
