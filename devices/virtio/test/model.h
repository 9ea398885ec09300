/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of a virtio device behind MMIO, honest or lying, for the tests of drivers: its
 * registers and its virtqueues. What the device does with a request is the test's.
 *
 * Honest, it does what virtio 1.2 says (2.7, 4.2), sleeps until it is notified where it may,
 * and checks that the driver keeps its part.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../registers.h"

#define MODEL_QUEUES 2u           /* at most */
#define MODEL_SIZE_MAX 1024u      /* of a queue */
#define MODEL_DEVICE (1ull << 45) /* device addresses: the host's, and this */

struct model_queue {
	uint32_t number_max, number, ready;
	uint64_t descriptors, available, used; /* device addresses */
	uint16_t seen, used_index;
	uint16_t held[MODEL_SIZE_MAX]; /* ids taken from the available ring, in order */
	uint32_t num_held;
	bool awake; /* looks at the available ring */
};

struct model {
	uint32_t magic, version, id, num_queues;
	uint64_t features; /* offered */
	uint64_t agreed;
	uint32_t device_select, driver_select, queue_select, status, interrupts;
	struct model_queue queues[MODEL_QUEUES];
	bool never_reset; /* status does not become 0 */
	bool refuses;     /* takes FEATURES_OK back */
	bool hostile;     /* judges nobody: it lies itself */
	uint64_t resets, notifications, raised;
	uint64_t dma_low, dma_high; /* the driver's memory, host addresses */
};

extern struct model model;

/* A device just plugged in; dma_low and dma_high stay. */
void model_plug(uint32_t id, uint32_t num_queues, uint64_t features, uint32_t number_max);

/* Whether the queue has been started and the device runs. */
bool model_runs(uint32_t queue);

/* Whether the device will look at the queue's available ring, of its own accord. */
bool model_awake(uint32_t queue);

/* Takes what is available; sleeps if there is nothing, and says so to the driver. */
void model_fetch(uint32_t queue);

/* A place of the driver's memory by its device address; NULL, a mistake, if it is not. */
void *model_place(uint64_t address, uint64_t bytes);

/* A copy of a descriptor of the driver's; all 0 if there is none. */
struct virtqueue_descriptor model_descriptor(uint32_t queue, uint32_t id);

/* Finishes the oldest request that is held, and interrupts if the driver wants that. */
void model_finish(uint32_t queue, uint32_t bytes);

/* Writes a used element as it is told to, `skip` too far, and interrupts likewise. */
void model_use(uint32_t queue, uint32_t id, uint32_t bytes, uint16_t skip);

/* Says that it needs a reset. */
void model_needs_reset(void);

/* Lies at random, about requests of at most `bytes`. */
void model_lie(uint32_t bytes);

/* To the test: an interrupt is raised; the driver has made a mistake; a number. */
void test_interrupt(void);
void test_fault(int line, const char *what);
uint64_t test_draw(uint64_t below);

#define MODEL_EXPECT(condition)                           \
	do {                                              \
		if (!(condition))                         \
			test_fault(__LINE__, #condition); \
	} while (0)
