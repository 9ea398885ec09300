/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spinners: PDs that use time and write down when they had it.
 *
 * A spinner looks at its page when it starts, and does what the mode says. What
 * it has of the core shows as runs: the counter read again and again without a
 * gap. Whoever maps the page too can judge them, with the spinner stopped.
 */
#pragma once

#include <stdint.h>

enum spinner_mode {
	SPINNER_REST,  /* nothing */
	SPINNER_SPIN,  /* in init: run for ever */
	SPINNER_BURST, /* when notified: run for `argument` ticks */
	SPINNER_CALL,  /* when notified: call channel 1; the call is one run; then spin;
			  when called: pass the call to channel 1 */
	SPINNER_FLOOD  /* in init: notify channel 1 for ever */
};

struct run {
	uint64_t start; /* system counter */
	uint64_t end;
};

#define RUNS_MAX 4000u

struct spinner_log {
	uint64_t mode; /* enum spinner_mode */
	uint64_t argument;
	uint64_t calls; /* returned, or notifications received */
	uint64_t count; /* of runs; may exceed RUNS_MAX, then the rest is not kept */
	struct run runs[RUNS_MAX];
};

#define LOG_BYTES 0x10000u
#define LOG_VADDR 0x2000000u /* in the spinner */
