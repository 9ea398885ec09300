/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of a virtio entropy device behind MMIO (virtio 1.2, 4.2 and 5.4), which gives the
 * bytes of a known stream, or lies.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../../virtio/registers.h"

#define MODEL_DEVICE 0x200000000000ull /* device addresses: the host's, and this */
#define MODEL_STREAM (1u << 20)

struct model {
	uint32_t magic, version, id, number_max;
	uint64_t features, agreed;
	uint32_t device_select, driver_select, status, interrupts, number, ready;
	uint64_t descriptors, available, used; /* device addresses */
	uint16_t seen, used_index;
	bool awake;       /* looks at the available ring */
	bool never_reset; /* status does not become 0 */
	bool refuses;     /* takes FEATURES_OK back */
	bool lavish;      /* always gives all that is asked for */
	bool hostile;     /* judges nobody: it lies itself */
	uint64_t resets, answers;
	uint32_t given;             /* bytes of the stream */
	uint64_t dma_low, dma_high; /* the driver's memory, host addresses */
};

extern struct model model;
extern uint8_t model_stream[MODEL_STREAM]; /* random, each 64 bytes unlike others */

void model_plug(uint64_t features, uint32_t number_max);

/* Whether the device has a request, or will see one. */
bool model_busy(void);

/* Answers a request, if there is one, with what follows in the stream. */
void model_run(void);

/*
 * Answers with a lie: writes `bytes` of `pattern` (or leaves the buffer), says that it was
 * `said` for descriptor id + `wrong_id`, and goes `skip` too far.
 */
void model_lie(const uint8_t *pattern, uint32_t said, uint32_t wrong_id, uint16_t skip);

/* To the test. */
void test_interrupt(void);
void test_fault(int line, const char *what);
uint64_t test_draw(uint64_t below);

#define MODEL_EXPECT(condition)                           \
	do {                                              \
		if (!(condition))                         \
			test_fault(__LINE__, #condition); \
	} while (0)
