/* SPDX-License-Identifier: BSD-2-Clause */
/* What the harnesses share: any value, a peer that writes anything. */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

uint32_t nondet_u32(void);
uint64_t nondet_u64(void);

#ifdef VACUITY
#define END() assert(0 && "the end can be reached")
#else
#define END() ((void)0)
#endif
