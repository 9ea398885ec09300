/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nanoseconds and ticks of the system counter: exact, without drift.
 *
 * Whole seconds and the rest are converted apart: so nothing overflows before 2^64 ns,
 * 584 years after reset, and no error adds up.
 *
 *     ticks_to_ns(t) = floor(t * 10^9 / hz)
 *     ticks_from_ns(ns) = the first t with ticks_to_ns(t) >= ns
 *
 * Requires of both: 1 <= hz <= TICKS_HZ_MAX.
 */
#pragma once

#include <stdint.h>

#define TICKS_NS_PER_S 1000000000u
#define TICKS_HZ_MAX \
	1000000000u /* as of Armv8.6; less before (Arm DDI 0487, CNTFRQ_EL0) */

/* Requires: the time is below 2^64 ns. */
static inline uint64_t ticks_to_ns(uint64_t ticks, uint64_t hz)
{
	return ticks / hz * TICKS_NS_PER_S + ticks % hz * TICKS_NS_PER_S / hz;
}

static inline uint64_t ticks_from_ns(uint64_t ns, uint64_t hz)
{
	uint64_t rest = ns % TICKS_NS_PER_S * hz;

	return ns / TICKS_NS_PER_S * hz + (rest + TICKS_NS_PER_S - 1u) / TICKS_NS_PER_S;
}
