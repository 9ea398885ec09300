/* SPDX-License-Identifier: BSD-2-Clause */
/* What the child tells its parent, in a shared region that no restart resets. */
#pragma once

#include <stdint.h>

#define LIVES 4u

struct lives {
	uint32_t begun;        /* how often the child has started */
	uint32_t wrong[LIVES]; /* what was not fresh: bits below */
};

#define WRONG_DATA 1u
#define WRONG_BSS 2u
#define WRONG_LATE 4u
#define WRONG_CONSTANTS 8u
#define WRONG_STACK 16u
#define WRONG_MESSAGE 32u
#define WRONG_PATCHED 64u
