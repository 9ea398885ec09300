/* SPDX-License-Identifier: BSD-2-Clause */
/* The system counter of an Arm processor (Arm DDI 0487, CNTPCT_EL0). */
#pragma once

#include <stdint.h>

/* The barrier keeps the read in its place in the program. */
static inline uint64_t counter_read(void)
{
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}
