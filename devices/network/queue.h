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
 * Its frame begins NETWORK_FRAME_OFFSET after that, so that what follows the 14 bytes of
 * the Ethernet header is aligned to 4. A frame has NETWORK_FRAME_MIN to NETWORK_FRAME_MAX
 * bytes: destination, source, type, payload; no checksum, no padding required.
 *
 * A slot of a queue is one word: where the buffer is, and how long its frame:
 *
 *      63      48 47                                 0
 *     +----------+------------------------------------+
 *     |  bytes   |  where (start of the buffer)       |
 *     +----------+------------------------------------+
 *
 * `where` is a device address on links to the driver, and an offset in the link's buffer
 * region on all others; only virtualisers translate. `bytes` is 0 in `free` queues.
 *
 * Owners. Whoever took a buffer from a queue owns it until it hands it on. Who owns
 * what at the start:
 *
 *     region                  shared by                     at the start with
 *     Rx data (device's)      driver, virt_rx, copiers      virt_rx
 *     a client's Rx data      its copier, the client        the client
 *     a client's Tx data      driver, virt_tx, the client   the client
 *
 * An end that sees the other end start anew (restarts of its queue) takes it that all
 * buffers of the link are where they are at the start; but what the device may still
 * read or write stays with the virtualiser until the driver gives it back or has itself
 * started anew. A driver resets its device before it starts its queues.
 *
 * Laziness. A buffer comes back without a signal of its own while that does no harm:
 * nobody is woken only to take NETWORK_TX_LAZY sent buffers back, nor fewer than half
 * of the Rx buffers. So a client has at least 2 * NETWORK_TX_LAZY Tx buffers.
 */
#pragma once

#include "../lib/queue.h"

#define NETWORK_BUFFER_BYTES 2048u
#define NETWORK_FRAME_OFFSET 2u
#define NETWORK_FRAME_MIN 14u
#define NETWORK_FRAME_MAX 1514u
#define NETWORK_BUFFERS_MAX 4096u /* of a region; the number is a power of two */
#define NETWORK_TX_LAZY 16u

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

/* Requires: where < 2^48, bytes < 2^16. */
static inline uint64_t network_slot(uint64_t where, uint32_t bytes)
{
	return (uint64_t)bytes << 48 | where;
}

static inline uint64_t network_slot_where(uint64_t slot)
{
	return slot & 0xffffffffffffull;
}

static inline uint32_t network_slot_bytes(uint64_t slot)
{
	return (uint32_t)(slot >> 48);
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
