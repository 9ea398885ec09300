/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the PDs of the kernel's tests share: cases, output, time.
 *
 * A case is opened by test_case(), judged by any number of expectations, and
 * printed as `ok - name` or `not ok - name: first failure` when the next one is
 * opened or test_end() closes the run. Only one PD of a system reports.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <microkit.h>

/* The channel to the console, in systems that print through it. */
#define CONSOLE_CHANNEL 61u

/* Open a case. The name has no colon; it must live until the case is closed. */
void test_case(const char *name);

/* The case fails, for the reason `what`, unless the condition holds. */
void test_expect(bool condition, const char *what);

/* The case fails unless the two are equal; both are printed. */
void test_equal(uint64_t got, uint64_t want, const char *what);

/* The case fails unless low <= got <= high; all are printed. */
void test_between(uint64_t got, uint64_t low, uint64_t high, const char *what);

/* The open case has failed. */
bool test_failed(void);

/* Close the last case and the run. */
void test_end(void);

/* Print text: out_debug.c through the kernel, out_console.c through the console. */
void out(const char *text);
void out_hex(uint64_t value);
void out_decimal(uint64_t value);

/* The system counter, in ticks; needs PROFILE_COUNTER. */
static inline uint64_t counter(void)
{
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(ticks));
	return ticks;
}

#define COUNTER_HZ 62500000ull /* of QEMU's virt machine */
#define TICKS_PER_US_X2 125ull

static inline uint64_t us_to_ticks(uint64_t us)
{
	return us * TICKS_PER_US_X2 / 2;
}

/* Keep the core busy for so many ticks of the system counter. */
static inline void burn(uint64_t ticks)
{
	uint64_t start = counter();

	while (counter() - start < ticks) {
	}
}
