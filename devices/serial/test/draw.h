/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers, the same for the same seed. */
#pragma once

#include <stdint.h>

extern uint64_t draw_seed;

static inline uint64_t draw(void)
{
	draw_seed = draw_seed * 6364136223846793005ull + 1442695040888963407ull;
	return draw_seed >> 31 ^ draw_seed << 33;
}
