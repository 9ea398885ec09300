/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The serial class: queues of bytes.
 *
 *     client --tx--> virt_tx --tx--> driver --> device
 *     client <--rx-- virt_rx <--rx-- driver <-- device
 *
 * Every arrow is one queue (devices/lib/queue.h) whose elements are bytes, in a region
 * of its own that both ends map, and one channel. Bytes mean nothing to the queue.
 *
 * Lines. virt_tx gives clients the device by turns. A turn is the client's next line,
 * up to '\n', or, where there is no '\n', all that is in its queue. So a line that is
 * handed over as a whole, as the client library does, is never torn.
 *
 * Full queues. virt_tx and the driver wait: what is not taken stays where it is. virt_rx
 * does not: what does not fit into the queue of the client that has the input is dropped
 * and counted, because nobody else's input may wait for a client that does not read.
 *
 * Restart. What was in a queue is lost when one of its ends starts anew; both go on.
 */
#pragma once

#include "../lib/queue.h"
#include "config.h"

/* What stands at the start of the region that a serial_link_config names. */
struct serial_ring {
	struct queue_shared shared;
	uint8_t bytes[]; /* capacity of the link */
};

/* One end, in private memory. */
struct serial_queue {
	struct queue queue;
	uint8_t *bytes;
};

/* Starts an end; see queue_produce and queue_consume for what must follow. */
static inline bool serial_produce(
	struct serial_queue *q, const struct serial_link_config *link)
{
	struct serial_ring *ring = (struct serial_ring *)(uintptr_t)link->ring;

	q->bytes = ring->bytes;
	return queue_produce(&q->queue, &ring->shared, link->capacity);
}

static inline bool serial_consume(
	struct serial_queue *q, const struct serial_link_config *link)
{
	struct serial_ring *ring = (struct serial_ring *)(uintptr_t)link->ring;

	q->bytes = ring->bytes;
	return queue_consume(&q->queue, &ring->shared, link->capacity);
}

/* Takes the next byte, which is untrusted; false if there is none. */
static inline bool serial_take(struct serial_queue *q, uint8_t *byte)
{
	if (queue_ready(&q->queue) == 0)
		return false;
	*byte = q->bytes[queue_slot(&q->queue, 0)];
	queue_advance(&q->queue, 1);
	return true;
}

/* Puts a byte; false if there is no room. */
static inline bool serial_put(struct serial_queue *q, uint8_t byte)
{
	if (queue_ready(&q->queue) == 0)
		return false;
	q->bytes[queue_slot(&q->queue, 0)] = byte;
	queue_advance(&q->queue, 1);
	return true;
}
