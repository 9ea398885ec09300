/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio device behind MMIO: find it, reset it, agree on features, start its queues.
 *
 *     virtio_find
 *     virtio_reset --> virtio_negotiate --> virtqueue_start, each --> virtio_run
 *         ^                                                             |
 *         +------------ the device has lied, or a neighbour is new -----+
 *
 * Virtio 1.2, sections 3.1 (initialisation) and 4.2 (MMIO). Only devices of version 1
 * and later; the legacy interface is refused.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "virtqueue.h"

#define VIRTIO_ID_NETWORK 1u
#define VIRTIO_ID_BLOCK 2u
#define VIRTIO_ID_CONSOLE 3u
#define VIRTIO_ID_ENTROPY 4u

/* How often a register is read to see a reset end: far above what devices need. */
#define VIRTIO_RESET_READS 100000u

enum virtio_result {
	VIRTIO_OK = 0,
	VIRTIO_NO_DEVICE, /* no virtio device of version 1 there, or of another kind */
	VIRTIO_REFUSED,   /* the device or its queues do not offer what is needed */
	VIRTIO_BROKEN,    /* the device does not end its reset */
};

struct virtio_device {
	uintptr_t registers;
	uint64_t features; /* agreed on */
	bool events;       /* VIRTIO_F_EVENT_IDX was agreed on */
};

/* A line of text for the debug console: why there is no device to drive. */
const char *virtio_complaint(enum virtio_result result);

/* Checks that the device at these registers is one of this kind. */
enum virtio_result virtio_find(struct virtio_device *device, uintptr_t registers,
	uint32_t id) __attribute__((warn_unused_result));

/* Ensures: VIRTIO_OK: the device reads and writes no memory of its driver any more. */
enum virtio_result virtio_reset(const struct virtio_device *device)
	__attribute__((warn_unused_result));

/*
 * Agrees on VIRTIO_F_VERSION_1 and `needed`; and of `wanted` and VIRTIO_F_EVENT_IDX on
 * what is offered.
 * Requires: virtio_reset.
 */
enum virtio_result virtio_negotiate(struct virtio_device *device, uint64_t needed,
	uint64_t wanted) __attribute__((warn_unused_result));

/*
 * Starts queue `number` with nothing in it. A request is a chain of `chain` descriptors,
 * a power of two: descriptor id leads to id + 1 and so on. Afterwards the driver fills in
 * what does not change, the flags above all.
 *
 * Requires: virtio_negotiate, not yet virtio_run; paddr is the device's address of memory.
 * Borrows: ids, private; memory, until the next virtio_reset.
 */
enum virtio_result virtqueue_start(const struct virtio_device *device,
	struct virtqueue *queue, uint32_t number, struct virtqueue_ids *ids,
	struct virtqueue_memory *memory, uint64_t paddr, uint32_t chain)
	__attribute__((warn_unused_result));

/* Lets the device run. */
void virtio_run(const struct virtio_device *device);

/* Why the device interrupts, beside that it has finished requests. */
enum virtio_event {
	VIRTIO_EVENT_NONE = 0,
	VIRTIO_EVENT_CHANGED,     /* its configuration is another */
	VIRTIO_EVENT_NEEDS_RESET, /* it does nothing more until it is reset */
};

/* Acknowledges an interrupt. Afterwards look at every queue. */
enum virtio_event virtio_acknowledge(const struct virtio_device *device);
