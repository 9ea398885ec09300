/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the harnesses share: any value; each slot that is read or written passes the harness.
 * In bounds: `ahead` below the count means a slot in bounds and of its own (devices/lib/proof,
 * `slots`); the harness asserts that it is.
 */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
_Bool nondet_bool(void);

#include "../network/queue.h"

uint64_t seen_peek(const struct network_queue *q, uint32_t ahead);
void seen_poke(const struct network_queue *q, uint32_t ahead, uint64_t slot);

#define network_peek seen_peek
#define network_poke seen_poke

#ifdef VACUITY
#define END() assert(0 && "the end can be reached")
#else
#define END() ((void)0)
#endif
