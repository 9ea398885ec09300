/* SPDX-License-Identifier: BSD-2-Clause */
/* What the driver of the chaos test prefills. */
#pragma once

#include <stdint.h>

#define ORDER_VADDR 0x2900000u

struct chaos_order {
	uint64_t seed;
	uint64_t rounds;
};
