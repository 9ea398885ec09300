/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The serial class: queues of bytes.
 *
 *     client --tx--> virt_tx --tx--> driver --> device
 *     client <--rx-- virt_rx <--rx-- driver <-- device
 *
 * Every arrow is one queue (devices/lib/queue.h) whose elements are bytes, in a region
 * of its own that both ends map, and one channel. A producer that finds its queue full
 * keeps the rest and goes on when the consumer has made room. Bytes mean nothing to the
 * queue; virt_tx passes on whole lines (up to '\n'), so that lines of two clients are
 * never mixed.
 */
#pragma once

#include "../lib/queue.h"

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
