/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files' client has done in all its lives, in a region that it writes. */
#pragma once

#include <stdint.h>

struct progress {
	uint64_t lives;
	uint64_t rounds; /* files that were written and read back */
	uint64_t
		wrong; /* that had something else in them, or had a status that says so */
	uint64_t last; /* such a status: enum fs_status */
	uint64_t draws;    /* of random bytes, that were given */
	uint64_t refusals; /* of a draw for good: a restart must not bring that */
	uint64_t now_ns;   /* what time it was last */
	uint64_t jumps;    /* of the time, by more than what a restart may bring */
};
