/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of a virtio block device behind MMIO, honest or lying, for the driver's test.
 *
 * Honest, it does what virtio 1.2 says (2.7, 4.2, 5.2), sleeps until it is notified where it
 * may, finishes requests in any order, and checks that the driver keeps its part.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../../../virtio/registers.h"

#define MODEL_BLOCKS 64u
#define MODEL_BLOCK_BYTES 512u
#define MODEL_DEVICE 0x200000000000ull /* device addresses: the host's, and this */

struct model {
	uint32_t magic, version, id;
	uint64_t features; /* offered */
	uint64_t agreed;
	uint32_t device_select, driver_select, status, interrupts, generation;
	uint64_t capacity;
	uint32_t number_max, number, ready;
	uint64_t descriptors, available, used; /* device addresses */
	uint16_t seen, used_index;
	uint16_t held[VIRTQUEUE_SIZE_MAX]; /* ids */
	uint32_t num_held;
	bool awake;       /* looks at the available ring */
	bool never_reset; /* status does not become 0 */
	bool refuses;     /* takes FEATURES_OK back */
	bool restless;    /* the configuration changes all the time */
	bool hostile;     /* judges nobody: it lies itself */
	bool broken_disk; /* requests fail */
	uint8_t disk[MODEL_BLOCKS][MODEL_BLOCK_BYTES];
	uint64_t done, flushes, resets, notifications, raised;
	uint64_t dma_low, dma_high;   /* the driver's own memory, host addresses */
	uint64_t data_low, data_high; /* where data may be */
};

extern struct model model;

/* A device just plugged in; the disk keeps what it has. */
void model_plug(uint64_t features, uint32_t number_max);

/* Does something: fetches, or finishes a request. False if there is nothing to do. */
bool model_run(void);

/* Says that a request is finished, as it is told to. */
void model_use(uint32_t id, uint32_t bytes);

/* Lies at random. */
void model_lie(void);

/* To the test: an interrupt is raised; the driver has made a mistake; a number. */
void test_interrupt(void);
void test_fault(int line, const char *what);
uint64_t test_draw(uint64_t below);

#define MODEL_EXPECT(condition)                           \
	do {                                              \
		if (!(condition))                         \
			test_fault(__LINE__, #condition); \
	} while (0)
