/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queue between two components: one producer, one consumer, no lock.
 *
 *     slot:      0     1     2     3     4     5     6     7    (capacity 8)
 *             +-----+-----+-----+-----+-----+-----+-----+-----+
 *             |     |  c  |  d  |  e  |     |     |     |     |
 *             +-----+-----+-----+-----+-----+-----+-----+-----+
 *                      ^ head (consumer)   ^ tail (producer)
 *
 * Both indices run freely through 32 bits; index i stands for slot i mod capacity,
 * a power of two. Invariant: tail - head <= capacity (mod 2^32). This file knows
 * slot numbers only. A class keeps its slots as an array of its own element type
 * and wraps each end in a few lines:
 *
 *     if (queue_ready(q) == 0)               if (queue_ready(q) == 0)
 *             return false;                          return false;
 *     slots[queue_slot(q, 0)] = element;     element = slots[queue_slot(q, 0)];
 *     queue_advance(q, 1);                   queue_advance(q, 1);
 *
 * The two ends are the same code. An end owns one index, and may move it up to a
 * limit that the other end's index gives: at the consumer the tail, at the
 * producer head + capacity. The distance to the limit is the count of filled
 * slots at the consumer, of free slots at the producer.
 *
 * Trust. Shared memory holds one cache line per end, which only that end writes.
 * What an end needs for itself it keeps in private memory and never reads back.
 * The other's index is untrusted: an index that breaks the invariant is counted
 * and the peer is cut off, that is, the count stays 0, until it starts anew. A
 * consumer copies an element out, advances, and only then checks and uses the
 * copy: the release in queue_advance forbids the compiler to read the slot again.
 *
 * Restart. An index is published in one word with a session: the generations of
 * both ends. An end that starts raises its generation; the other sees it, begins
 * again at index 0 and answers. Until both publish the same session the queue is
 * empty to the consumer and full to the producer. What was in flight is lost, and
 * `restarts` says that it was. Nothing is assumed of the memory's first contents.
 * (Generations have 16 bits: 65,536 starts that the peer slept through look like
 * none.)
 *
 * Signals. An end that is about to sleep publishes the index that it has last
 * seen of the other (`wake`): signal me when you go beyond. See signal.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "shared.h"

#define QUEUE_CAPACITY_MAX (1u << 15) /* what the proofs cover */

/* Of one end, in shared memory: a cache line. Written by that end only. */
struct queue_line {
	_Alignas(64) uint64_t word; /* session << 32 | index */
	uint32_t wake; /* signal this end when the other's index passes this */
	uint32_t unused[13];
};

struct queue_shared {
	struct queue_line producer;
	struct queue_line consumer;
};

_Static_assert(sizeof(struct queue_shared) == 128, "the ends share no cache line");

/* One end, in private memory. Zero before queue_produce or queue_consume. */
struct queue {
	struct queue_line *own;
	struct queue_line *peer; /* untrusted; never written */
	uint64_t session;    /* generations: producer << 16 | consumer; or QUEUE_CUT */
	uint32_t index;      /* own, as published */
	uint32_t limit;      /* index may go up to here; 0 <= limit - index <= capacity */
	uint32_t capacity;   /* slots: a power of two, 1 to QUEUE_CAPACITY_MAX */
	uint32_t bias;       /* limit - peer's index: capacity at the producer, else 0 */
	uint32_t told;       /* own index when queue_wanted last looked */
	uint16_t generation; /* own */
	uint16_t peer_generation;
	uint32_t faults;   /* how often the peer was cut off */
	uint32_t restarts; /* how often the peer was seen to start since this end did */
};

#define QUEUE_CUT (1ull << 32) /* a session that no 32 bits equal */

/*
 * Starts an end: a new generation at index 0, and asks to be signalled. Afterwards the
 * peer must be signalled once, or it may sleep on (signal_start does that).
 *
 * Requires: `shared` is mapped at both ends; no other end here is its producer
 * (consumer). Borrows: `shared`, for as long as the queue is used.
 * Ensures: false, and nothing is done, if capacity is no power of two or too large.
 */
bool queue_produce(struct queue *q, struct queue_shared *shared, uint32_t capacity)
	__attribute__((warn_unused_result));
bool queue_consume(struct queue *q, struct queue_shared *shared, uint32_t capacity)
	__attribute__((warn_unused_result));

/*
 * As queue_produce, in a generation that is given: the two ends of a link that start
 * together have the same one, so that the other side can tell which starts belong together.
 * Requires: `generation` is not that of this end's last start.
 */
bool queue_produce_with(struct queue *q, struct queue_shared *shared, uint32_t capacity,
	uint16_t generation) __attribute__((warn_unused_result));

/*
 * The rare part of queue_refresh: `word`, just read from the peer, is not of this session
 * or breaks the invariant. Follows the peer into a new session or cuts it off.
 * Ensures: as queue_refresh.
 */
uint32_t queue_resync(struct queue *q, uint64_t word);

/*
 * Looks at the peer: how many slots this end may use now, 0 to capacity. The count
 * holds, and slots 0 to count - 1 are this end's alone, until this end advances or
 * looks again: the peer may have started anew, and then index is 0 again.
 */
static inline uint32_t queue_refresh(struct queue *q)
{
	/* untrusted: the peer's word. Acquire, with the release in queue_advance. */
	uint64_t word = shared_load_acquire(&q->peer->word);
	uint32_t limit = (uint32_t)word + q->bias;
	uint32_t count = limit - q->index;
	if (__builtin_expect(word >> 32 != q->session || count > q->capacity, 0))
		return queue_resync(q, word);
	q->limit = limit;
	return count;
}

/* As queue_refresh, but looks at the peer only if nothing is left of the last look. */
static inline uint32_t queue_ready(struct queue *q)
{
	uint32_t count = q->limit - q->index;
	return count != 0 ? count : queue_refresh(q);
}

/*
 * The number, below capacity, of the slot that is `ahead` slots ahead.
 * Requires: ahead < the count of queue_ready or queue_refresh.
 */
static inline uint32_t queue_slot(const struct queue *q, uint32_t ahead)
{
	return (q->index + ahead) & (q->capacity - 1u);
}

/*
 * Hands `count` slots over to the peer: filled ones, or emptied ones.
 * Requires: 1 <= count <= what queue_ready or queue_refresh said, less what has been
 * handed over since.
 */
static inline void queue_advance(struct queue *q, uint32_t count)
{
	q->index += count;
	/* Release: the slots before the index. Acquire in the peer's queue_refresh. */
	shared_store_release(&q->own->word, q->session << 32 | q->index);
}

/*
 * Asks the peer for a signal when it goes on from where this end last saw it. A
 * shared_fence and queue_moved must follow: if it has gone on meanwhile, it may not
 * have seen this.
 */
static inline void queue_ask(struct queue *q)
{
	shared_store(&q->own->wake, q->limit - q->bias);
}

/*
 * Looks at the peer, and says whether it has gone on, or started anew, since this end
 * last looked.
 */
static inline bool queue_moved(struct queue *q)
{
	uint32_t limit = q->limit;
	uint32_t restarts = q->restarts;
	(void)queue_refresh(q);
	return q->limit != limit || q->restarts != restarts;
}

/*
 * Whether the peer has asked for a signal on what this end has handed over since the
 * last call. A shared_fence must stand between queue_advance and this.
 */
static inline bool queue_wanted(struct queue *q)
{
	uint32_t wake = shared_load(
		&q->peer->wake); /* untrusted: costs a signal at most */
	bool wanted = q->index - wake - 1u < q->index - q->told;
	q->told = q->index;
	return wanted;
}
