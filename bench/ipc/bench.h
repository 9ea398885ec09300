/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the measuring PDs share: the counter, the loop that measures, printing.
 *
 * Under `-icount shift=0` an instruction takes one nanosecond and the counter
 * counts at 62.5 MHz, so a tick is 16 instructions. A row's loop runs ITERATIONS
 * times; bench/run.py subtracts the empty loop and divides.
 */
#pragma once

#include <stdint.h>

#ifndef ITERATIONS
#define ITERATIONS 100000u
#endif

/* The PL011's registers: the system file maps and patches it. */
extern volatile uint32_t *uart;

/* The system counter, in ticks. */
static inline uint64_t bench_counter(void)
{
	uint64_t value;

	__asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(value) : : "memory");
	return value;
}

/*
 * Defines `static uint64_t name(void)`: the ticks of ITERATIONS runs of the
 * statement. Each row is a function of its own, so that bench/profile.py finds
 * it by name.
 */
#define BENCH_ROW(name, statement)                           \
	static __attribute__((noinline)) uint64_t name(void) \
	{                                                    \
		uint64_t start = bench_counter();            \
                                                             \
		for (uint32_t i = 0; i < ITERATIONS; i++) {  \
			__asm__ volatile("" : : : "memory"); \
			statement;                           \
		}                                            \
		return bench_counter() - start;              \
	}

/* Prints "name value" and a new line. */
void bench_print(const char *name, uint64_t value);

/* Says that there is no more to come. */
void bench_end(void);
