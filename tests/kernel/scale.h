/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scale test: as many PDs as there may be, one above the other in priority.
 *
 *   tester (0) -- link 1 (1) -- link 2 (2) -- ... -- the hub, the last link
 *        each may call the next and notify both neighbours
 *   links 1 to STAR may call the hub directly
 */
#pragma once

#include <stdint.h>

#define NEXT 0u
#define PREVIOUS 1u
#define HUB 2u
#define STAR 59u

#define SHARED_VADDR 0x2000000u

struct shared {
	uint64_t started;       /* how many links have started */
	uint8_t order[256];     /* in which order */
	uint64_t star_calls;    /* served by the hub */
	uint64_t star_wrong;    /* replies that were wrong */
	uint64_t forward, back; /* links that the waves have passed */
};
