/* SPDX-License-Identifier: BSD-2-Clause */
/* What the workers have done in all their lives, in a region that all may write. */
#pragma once

#include <stdint.h>

#define TICKS_PER_MS 62500u /* of the emulated boards' system counter */
#define HANG_MS 10u         /* as in the system file */

struct work {
	uint64_t spinner_lives, server_lives, forever_lives;
	uint64_t aborted;  /* calls of `caller` that the server did not answer */
	uint64_t answered; /* that it did */
	uint64_t rounds;   /* of `left` and `right` */
	uint64_t done;     /* of starved and reckoner, and of the rounds: bits */
};

#define DONE_STARVED 1u
#define DONE_RECKONER 2u
#define DONE_ROUNDS 4u
#define DONE_ALL 7u
