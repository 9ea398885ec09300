/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of PDs: one bit each, four words. A lower id never has a lower
 * priority, so the first bit set is who runs: count leading zeros.
 */
#pragma once

#include "kernel.h"

static inline uint64_t set_bit(pd_t pd)
{
	return 1ull << 63 >> (pd % 64u);
}

static inline void set_add(uint64_t set[SET_WORDS], pd_t pd)
{
	set[pd / 64u] |= set_bit(pd);
}

static inline void set_remove(uint64_t set[SET_WORDS], pd_t pd)
{
	set[pd / 64u] &= ~set_bit(pd);
}

static inline bool set_has(const uint64_t set[SET_WORDS], pd_t pd)
{
	return (set[pd / 64u] & set_bit(pd)) != 0;
}

/* The first PD of the set, PD_NONE if it is empty. */
static inline pd_t set_first(const uint64_t set[SET_WORDS])
{
	for (unsigned w = 0; w < SET_WORDS; w++)
		if (set[w] != 0)
			return (pd_t)(w * 64u + (unsigned)__builtin_clzll(set[w]));
	return PD_NONE;
}

/* The first PD of the set from `from` to `last`, PD_NONE without one. */
static inline pd_t set_next(const uint64_t set[SET_WORDS], pd_t from, pd_t last)
{
	uint64_t mask = ~0ull >> (from % 64u);

	for (unsigned w = from / 64u; w <= last / 64u; w++) {
		uint64_t word = set[w] & mask;

		if (word != 0) {
			unsigned next = w * 64u + (unsigned)__builtin_clzll(word);
			return next <= last ? (pd_t)next : PD_NONE;
		}
		mask = ~0ull;
	}
	return PD_NONE;
}

/* A context is out of budget until its next refill. */
static inline bool budget_exhausted(const struct core *core, pd_t context)
{
	return set_has(core->exhausted, context);
}

/* Puts invariant R right for a PD whose state or context has changed. */
static inline void ready_update(struct core *core, pd_t pd)
{
	uint64_t *set = core->ready[pd_constants[pd].domain];

	if (k.state[pd] == STATE_READY && !budget_exhausted(core, k.context[pd]))
		set_add(set, pd);
	else
		set_remove(set, pd);
}
