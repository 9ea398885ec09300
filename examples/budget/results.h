/* SPDX-License-Identifier: BSD-2-Clause */
/* The region that judge and spinners share. */
#pragma once

#include <stdint.h>

#define SPINNERS 2
#define DURATION_MS 200u

struct results {
	uint64_t start_ticks;         /* when the race began; written by judge */
	uint64_t run_ticks[SPINNERS]; /* time that each spinner has run */
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
