/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network class: queues of buffers that hold Ethernet frames.
 *
 *     Rx:  driver <===> virt_rx <===> copier <===> client
 *     Tx:  driver <===> virt_tx <=================> client
 *
 * Every double arrow is a link: two queues (devices/lib/queue.h) and one channel.
 * `filled` carries buffers with a frame in the direction of the frame, `free` carries
 * them back. Both are in one region that both ends map.
 *
 * A buffer is NETWORK_BUFFER_BYTES of a buffer region and begins at a multiple of that.
 * Its frame begins NETWORK_FRAME_OFFSET after that: what follows the 14 bytes of the
 * Ethernet header is aligned to 4, the payload of UDP over IPv4 to 8, and in front of a
 * received frame there is room for the 12 bytes that a virtio device writes there. A
 * frame has NETWORK_FRAME_MIN to NETWORK_FRAME_MAX bytes: destination, source, type,
 * payload; no checksum, no padding required.
 *
 * A slot of a queue is one word: where the buffer is, and how long its frame:
 *
 *      63      48 47                                 0
 *     +----------+------------------------------------+
 *     |  bytes   |  where (start of the buffer)       |
 *     +----------+------------------------------------+
 *
 * `where` is a device address on links to the driver, and an offset in the link's buffer
 * region on all others; only virtualisers translate. `bytes` is 0 in `free` queues. In
 * the driver's rx.filled, `bytes` below NETWORK_FRAME_MIN (from a device that says so)
 * means that there is no frame: virt_rx counts it and has its buffer back.
 *
 * Owners. Whoever took a buffer from a queue owns it until it hands it on. Who owns
 * what at the start:
 *
 *     region                  shared by                     at the start with
 *     Rx data (device's)      driver, virt_rx, copiers      virt_rx
 *     a client's Rx data      its copier, the client        the client
 *     a client's Tx data      driver, virt_tx, the client   the client
 *
 * Restarts. An end that starts begins with the queue that it takes from, then the one
 * that it gives to (network_link_start). So who sees the second one start anew will find
 * that the first has, and can settle both at once, before it takes anything of the new
 * life (network_link_restarted). It takes it then that all buffers of the link are where
 * they are at the start. Nothing is in flight in the device either: a driver resets its
 * device before it starts its queues, and also when it has seen a virtualiser start anew
 * and before it takes anything more from it.
 *     One that stands between the two, or starts again just while it is looked at, is given
 * nothing until the second is there, and seen (devices/lib/pair.h).
 *
 * Carrier. Frames that a driver is given while its device has none are lost: it gives their
 * buffers back at once and counts them. What the device has by then it sends or drops, as it
 * is made. Who wants to know is told (struct network_carrier).
 *
 * Laziness. A buffer comes back without a signal of its own while that does no harm.
 * Rx: a driver asks for free buffers when the device has fewer than half of them.
 * Tx: at most NETWORK_TX_LAZY sent buffers are kept waiting, by all together: a driver
 * lets the device interrupt when more than so many are sent and not yet given back;
 * virt_tx asks (awaits tx.free of the driver) while the driver has more than so many. So
 * a client, who asks when it has none left, needs more than NETWORK_TX_LAZY Tx buffers:
 * it has at least 2 * NETWORK_TX_LAZY.
 */
#pragma once

#include "../lib/pair.h"
#include "config.h"

#define NETWORK_BUFFER_BYTES 2048u
#define NETWORK_FRAME_OFFSET 14u
#define NETWORK_FRAME_MIN 14u
#define NETWORK_FRAME_MAX 1514u
#define NETWORK_BUFFERS_MAX 4096u /* of a region; the number is a power of two */
#define NETWORK_TX_LAZY 16u

_Static_assert(
	NETWORK_FRAME_OFFSET % 4u == 2, "a destination: two bytes, then four aligned");

/* What stands twice in the region of a link, where its network_link_config says. */
struct network_ring {
	struct queue_shared shared;
	uint64_t slots[]; /* capacity of the link */
};

/* One end, in private memory. */
struct network_queue {
	struct queue queue;
	uint64_t *slots;
};

/* One end of a link, in private memory. Zero before network_link_start. */
struct network_link {
	struct network_queue take;
	struct network_queue give;
	struct pair_seen seen; /* as network_link_restarted last saw */
	uint32_t channel;
	/* Of a batch; see link.h: */
	uint32_t taken;  /* slots looked at, not yet handed back */
	uint32_t filled; /* slots filled, not yet handed over; <= room */
	uint32_t room;   /* slots that may be filled */
};

/*
 * Starts this end. Its signal_start must follow.
 * Requires: takes_filled says which of the two queues this end takes from.
 * Ensures: false if the capacity is none (queue_consume).
 */
static inline bool network_link_start(struct network_link *link,
	const struct network_link_config *config, bool takes_filled)
{
	struct network_ring *take =
		(struct network_ring *)(uintptr_t)(takes_filled ? config->filled
								: config->free);
	struct network_ring *give =
		(struct network_ring *)(uintptr_t)(takes_filled ? config->free
								: config->filled);
	link->channel = config->channel;
	link->take.slots = take->slots;
	link->give.slots = give->slots;
	return pair_start(&link->seen, &link->take.queue, &take->shared,
		&link->give.queue, &give->shared, config->capacity);
}

/* The rare part of network_link_restarted. */
__attribute__((noinline, cold)) static inline void network_link_follow(
	struct network_link *link)
{
	(void)queue_refresh(&link->give.queue);
	pair_settle(&link->seen, &link->take.queue, &link->give.queue);
	link->taken = 0;
	link->filled = 0;
	link->room = 0;
}

/*
 * Looks at what there is to take, and says whether the other end has started anew since
 * the last call: then settle who has which buffer (Restarts, above).
 */
static inline bool network_link_restarted(struct network_link *link)
{
	(void)queue_refresh(&link->take.queue);
	if (__builtin_expect(link->take.queue.restarts == link->seen.take_restarts, 1))
		return false;
	network_link_follow(link);
	return true;
}

/* Requires: where < 2^48, bytes < 2^16. */
static inline uint64_t network_slot(uint64_t where, uint32_t bytes)
{
	return (uint64_t)bytes << 48 | where;
}

/* The slot of a `free` queue with buffer number `buffer` of the region at `start`. */
static inline uint64_t network_slot_empty(uint64_t start, uint64_t buffer)
{
	return start + buffer * NETWORK_BUFFER_BYTES;
}

static inline uint64_t network_slot_where(uint64_t slot)
{
	return slot & 0xffffffffffffull;
}

static inline uint32_t network_slot_bytes(uint64_t slot)
{
	return (uint32_t)(slot >> 48);
}

/*
 * For many slots at a time, one queue_advance for all: how many have been seen to be
 * there; the one `ahead`, untrusted and read once; room for `count`, or less; to fill one.
 */
static inline uint32_t network_left(const struct network_queue *q)
{
	return q->queue.limit - q->queue.index;
}

static inline uint64_t network_peek(const struct network_queue *q, uint32_t ahead)
{
	/* volatile: read once, and nothing else is kept from moving */
	return *(const volatile uint64_t *)&q->slots[queue_slot(&q->queue, ahead)];
}

static inline uint32_t network_room(struct network_queue *q, uint32_t count)
{
	uint32_t room = network_left(q);
	return room >= count ? room : queue_refresh(&q->queue);
}

static inline void network_poke(
	const struct network_queue *q, uint32_t ahead, uint64_t slot)
{
	q->slots[queue_slot(&q->queue, ahead)] = slot;
}

/*
 * As network_room(&link->give, count), but 0 if the other end is seen to have started
 * anew: nothing is given to its new life before network_link_restarted has said so.
 * Nothing that was poked and not yet advanced may remain.
 */
static inline uint32_t network_link_room(struct network_link *link, uint32_t count)
{
	uint32_t room = network_room(&link->give, count);
	return __builtin_expect(link->give.queue.restarts == link->seen.give_restarts, 1)
		       ? room
		       : 0;
}

/*
 * The number of the buffer at offset `where` < 2^48; more than NETWORK_BUFFERS_MAX if none
 * begins there: bits that must be 0 are rotated to the top.
 */
static inline uint64_t network_buffer(uint64_t where)
{
	return where / NETWORK_BUFFER_BYTES |
	       where % NETWORK_BUFFER_BYTES * (UINT64_MAX / NETWORK_BUFFER_BYTES + 1u);
}

static inline bool network_frame_possible(uint32_t bytes)
{
	return bytes - NETWORK_FRAME_MIN <= NETWORK_FRAME_MAX - NETWORK_FRAME_MIN;
}

/* Takes the next slot; false if there is none. The slot is untrusted. */
static inline bool network_take(struct network_queue *q, uint64_t *slot)
{
	if (queue_ready(&q->queue) == 0)
		return false;
	*slot = q->slots[queue_slot(&q->queue, 0)];
	queue_advance(&q->queue, 1);
	return true;
}

/* Puts a slot; false if there is no room. */
static inline bool network_put(struct network_queue *q, uint64_t slot)
{
	if (queue_ready(&q->queue) == 0)
		return false;
	q->slots[queue_slot(&q->queue, 0)] = slot;
	queue_advance(&q->queue, 1);
	return true;
}
