/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What seL4_BenchmarkGetThreadUtilisation leaves in the message words. Components
 * include this file by its name.
 */
#pragma once

/* Where seL4_BenchmarkGetThreadUtilisation leaves its figures: message words. */
enum {
	BENCHMARK_TCB_UTILISATION, /* time run, in ticks of the system counter */
	BENCHMARK_IDLE_LOCALCPU_UTILISATION,   /* not counted: 0 */
	BENCHMARK_IDLE_TCBCPU_UTILISATION,     /* not counted: 0 */
	BENCHMARK_TOTAL_UTILISATION,           /* time since the last reset, in ticks */
	BENCHMARK_TCB_NUMBER_SCHEDULES,        /* times switched to */
	BENCHMARK_TCB_KERNEL_UTILISATION,      /* not counted apart: 0 */
	BENCHMARK_TCB_NUMBER_KERNEL_ENTRIES,   /* calls, notifications and faults */
	BENCHMARK_TOTAL_NUMBER_SCHEDULES,      /* not counted: 0 */
	BENCHMARK_TOTAL_KERNEL_UTILISATION,    /* not counted apart: 0 */
	BENCHMARK_TOTAL_NUMBER_KERNEL_ENTRIES, /* not counted: 0 */
	BENCHMARK_WORDS
};
