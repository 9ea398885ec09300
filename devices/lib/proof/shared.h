/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stands in for ../shared.h in the proofs: before each access to shared memory
 * the harness may change what the peer may change, by any number of the peer's steps.
 */
#pragma once

#include <stdint.h>

void peer(void);                                      /* the neighbour does something */
void published(const uint64_t *word, uint64_t value); /* this end has stored value */

static inline uint64_t shared_load_acquire(const uint64_t *word)
{
	peer();
	return *word;
}

static inline void shared_store_release(uint64_t *word, uint64_t value)
{
	peer();
	*word = value;
	published(word, value);
}

static inline uint32_t shared_load(const uint32_t *word)
{
	peer();
	return *word;
}

static inline void shared_store(uint32_t *word, uint32_t value)
{
	peer();
	*word = value;
}

static inline void shared_fence(void)
{
}
