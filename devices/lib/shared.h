/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access to memory that another protection domain may write at any time.
 *
 * Every access of a queue to its shared words goes through here, so that the
 * memory order is chosen once and a proof can let the neighbour run at each of
 * them. On Armv8 these are LDAR, STLR, LDR, STR and DMB ISH.
 */
#pragma once

#include <stdint.h>

/* What comes after this load in the program comes after it in memory. */
static inline uint64_t shared_load_acquire(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* What comes before this store in the program is visible before it. */
static inline void shared_store_release(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline uint32_t shared_load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void shared_store(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/* No load after the fence is answered before every store ahead of it is visible. */
static inline void shared_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
