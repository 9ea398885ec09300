/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel counts for each PD, when the system asks for it by giving at
 * least one PD <statistics/>, and always in the benchmark configuration.
 */
#pragma once

#include <stdint.h>

/* All counters start at 0 at boot and wrap at 2^64. */
struct pd_statistics {
	uint64_t ticks;         /* time run, in ticks of the system counter */
	uint64_t calls;         /* protected procedure calls made */
	uint64_t notifications; /* notifications and interrupts received */
	uint64_t faults;        /* faults taken */
	uint64_t restarts;      /* restarts by the parent */
	uint64_t overruns;      /* calls made that outran their donated budget */
	uint64_t switches;      /* times this PD was switched to */
	uint64_t now_ticks;     /* the system counter at the time of reading */
	uint64_t receives;      /* receives made: returns to the event loop */
};

#define STATISTICS_WORDS 9u
