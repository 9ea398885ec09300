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

#include "../../lib/test/test.h"
#include "../device.h"

#define MODEL_QUEUES 2u           /* at most */
#define MODEL_SIZE_MAX 1024u      /* of a queue */
#define MODEL_CONFIG_MAX 16u      /* bytes */
#define MODEL_DEVICE (1ull << 45) /* device addresses: the host's, and this */

struct model_queue {
	uint32_t number_max, number, ready;
	uint64_t descriptors, available, used; /* device addresses */
	uint16_t seen, used_index;
	uint16_t held[MODEL_SIZE_MAX]; /* ids taken from the available ring, in order */
	uint32_t num_held;
	bool awake; /* looks at the available ring */
};

/* Host addresses. */
struct model_memory {
	uint64_t low, high;
};

struct model {
	uint32_t magic, version, id, num_queues;
	uint64_t features; /* offered */
	uint64_t agreed;
	uint32_t device_select, driver_select, queue_select, status, interrupts;
	struct model_queue queues[MODEL_QUEUES];
	uint32_t generation;
	uint8_t config[MODEL_CONFIG_MAX];
	uint32_t config_bytes; /* that there are */
	bool never_reset;      /* status does not become 0 */
	bool refuses;          /* takes FEATURES_OK back */
	bool restless;         /* the configuration changes all the time */
	bool hostile;          /* judges nobody: it lies itself */
	uint32_t lies_in;      /* one register in so many reads as anything; 0: none */
	uint64_t resets, notifications, raised;
	struct model_memory dma; /* the driver's memory */
};

extern struct model model;

/* What a device has spoilt itself is not the driver's mistake. */
#define MODEL_CHECK(condition) CHECK(model.hostile || (condition))

/* A device just plugged in, without a configuration; dma stays. */
void model_plug(uint32_t id, uint32_t num_queues, uint64_t features, uint32_t number_max);

/* What makes it no device to drive, and what virtio_find and its like then say. */
struct model_defect {
	const char *name;
	enum virtio_result result;
};

#define MODEL_DEFECTS 8u

/* Gives a device that was just plugged in this defect, below MODEL_DEFECTS. */
const struct model_defect *model_spoil(uint32_t defect);

/* Begins to judge nobody, and to lie in its registers; or ends it. */
void model_set_hostile(bool hostile);

/* Changes its configuration from `at` on, and tells that if it runs. */
void model_configure(uint32_t at, const void *config, uint32_t bytes);

/* Whether the queue has been started and the device runs. */
bool model_runs(uint32_t queue);

/* Whether the device will look at the queue's available ring, of its own accord. */
bool model_awake(uint32_t queue);

/* Takes what is available; sleeps if there is nothing, and says so to the driver. */
void model_fetch(uint32_t queue);

/* A place in memory by its device address; NULL, a mistake, if it is not there. */
void *model_place(const struct model_memory *memory, uint64_t address, uint64_t bytes);

/* A copy of a descriptor of the driver's; all 0 if there is none. */
struct virtqueue_descriptor model_descriptor(uint32_t queue, uint32_t id);

/* Copies a chain of at most `most` descriptors; how many it has. */
uint32_t model_chain(
	uint32_t queue, uint32_t id, struct virtqueue_descriptor *chain, uint32_t most);

/* Finishes held[which], and interrupts if the driver wants that. */
void model_finish(uint32_t queue, uint32_t which, uint32_t bytes);

/* Writes a used element as it is told to, `skip` too far, and interrupts likewise. */
void model_use(uint32_t queue, uint32_t id, uint32_t bytes, uint16_t skip);

/* Says that it needs a reset. */
void model_needs_reset(void);

/*
 * Lies at random. Bytes that could be true are 1, and 1 + a multiple of `step` up to
 * `most`.
 */
void model_lie(uint32_t step, uint32_t most);

/* To the test: an interrupt is raised; the driver accesses a register; a reset has ended. */
void test_interrupt(void);
void test_access(void);
void test_reset(void);
