/* SPDX-License-Identifier: BSD-2-Clause */
/* The region in which workers record when they ran. */
#pragma once

#include <stdint.h>

#define WORKERS 2
#define SLOTS 4 /* recorded by each worker */

struct slot {
	uint64_t begin_ticks;
	uint64_t end_ticks;
};

struct record {
	uint32_t slots_done[WORKERS]; /* complete entries of slots */
	struct slot slots[WORKERS][SLOTS];
};

static inline uint64_t counter_ticks(void)
{
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}

static inline uint64_t counter_hz(void)
{
	uint64_t hz;

	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	return hz;
}
