/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio entropy device (virtio 1.2, 5.4) on the general model: it gives the bytes of a
 * known stream, or lies.
 */
#pragma once

#include "../../virtio/test/model.h"

#define SOURCE_STREAM (1u << 20)

struct source {
	bool lavish;    /* always gives all that is asked for */
	uint32_t given; /* bytes of the stream */
	uint64_t answers;
	uint8_t stream[SOURCE_STREAM]; /* random, each 64 bytes unlike others */
};

extern struct source source;

/* A device just plugged in. */
void source_plug(uint64_t features, uint32_t number_max);

/* Whether the device has a request, or will see one. */
bool source_busy(void);

/* Answers a request, if there is one, with what follows in the stream. */
void source_run(void);

/*
 * Answers with a lie: writes `pattern` (or leaves the buffer), says that it was `said`
 * bytes for descriptor id + `wrong_id`, and goes `skip` too far.
 */
void source_lie(const uint8_t *pattern, uint32_t said, uint32_t wrong_id, uint16_t skip);
