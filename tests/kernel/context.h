/* SPDX-License-Identifier: BSD-2-Clause */
/* The context test: registers that the kernel switches lazily or by hand. */
#pragma once

#include <stdint.h>

struct context_log {
	uint64_t rounds;
	uint64_t wrong;      /* registers that were not as they should be */
	uint64_t first_left; /* registers that were not 0 at the start of init */
	uint64_t starts;
};

#define LOG_VADDR 0x2000000u

/* Channels of a context PD. */
#define SERVER 1u /* may be called; uses floating point itself */
#define TESTER 2u

/*
 * Give v0..v31, FPCR, FPSR and TPIDR_EL0 values that depend on the seed; count
 * those that have others; count those that are not 0.
 */
void context_set(uint64_t seed);
uint64_t context_wrong(uint64_t seed);
uint64_t context_left(void);

/* The same, with a system call's immediate between: only what C keeps must be kept. */
uint64_t context_wrong_after_call(uint64_t seed);
