/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of a virtio network device behind MMIO, honest or lying, for the driver's test.
 *
 * Honest, it does what virtio 1.2 says, sleeps until it is notified where it may, and
 * checks that the driver keeps its part. It finishes requests in any order.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../../../virtio/registers.h"

#define MODEL_QUEUES 2u
#define MODEL_SIZE_MAX 1024u
#define MODEL_F_STATUS (1ull << 16) /* it tells of its carrier: 5.1.3 */

struct model_queue {
	uint32_t number_max;
	uint32_t number;
	uint64_t descriptors, available, used; /* host addresses */
	uint32_t ready;
	uint16_t seen_available;
	uint16_t used_index;
	uint16_t held[MODEL_SIZE_MAX]; /* ids taken from the available ring */
	uint32_t num_held;
	bool awake; /* looks at the available ring */
};

struct model {
	uint32_t magic, version, id;
	uint64_t features; /* offered */
	uint64_t agreed;
	uint32_t features_select, driver_features_select, queue_select;
	uint32_t status;
	uint32_t interrupts; /* InterruptStatus */
	struct model_queue queues[MODEL_QUEUES];
	bool no_carrier;   /* the link status is 0 */
	bool refuses;      /* takes FEATURES_OK back */
	bool never_reset;  /* status does not become 0 */
	bool lies;         /* registers read at random */
	bool lenient;      /* judges nobody: it has lied itself */
	uint64_t mistakes; /* of the driver */
	uint64_t notifications, interrupts_raised;
	uint64_t dma_low, dma_high; /* the driver's own memory */
};

extern struct model model;

/* A device just plugged in. */
void model_init(uint64_t features, uint32_t number_max);

/* Fetches what is available of a queue, if it is awake; else it sleeps on. */
void model_fetch(uint32_t queue);

/* A descriptor that the device holds; `which` < num_held; `part` 0 or 1 of its chain. */
struct virtqueue_descriptor model_descriptor(
	uint32_t queue, uint32_t which, uint32_t part);

/* Finishes the request, and interrupts if the driver wants it. */
void model_finish(uint32_t queue, uint32_t which, uint32_t bytes);

/* Writes a used element as it is, without a look at what is held, and interrupts. */
void model_lie(uint32_t queue, uint32_t id, uint32_t bytes, uint16_t more);

/* Says that it needs a reset. */
void model_needs_reset(void);

/* Pulls the cable, or plugs it in. */
void model_change_carrier(void);

/* To the world: an interrupt is raised. */
void world_interrupt(void);

/* To the world: a reset has ended. */
void world_device_was_reset(void);
