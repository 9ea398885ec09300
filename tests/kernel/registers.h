/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The register test: what the subject and its parent agree on. The subject does
 * as the command says when it is notified.
 */
#pragma once

#define SHARED_VADDR 0x2000000 /* a page in both */

#define COMMAND_SPIN 1    /* set every register to its pattern and spin */
#define COMMAND_FAULT 2   /* the same, and execute an undefined instruction */
#define COMMAND_CONTROL 3 /* try to control by every slot; counts what was not refused */

/* Register xn has PATTERN + n * PATTERN_STEP, tpidr_el0 n = 31, the flags N and C. */
#define PATTERN 0x5a00c3d200001000
#define PATTERN_STEP 0x0001000100010001
#define PATTERN_FLAGS 0xa0000000

/* Offsets in the shared page, where subject_store leaves x0..x30, sp, flags, tpidr. */
#define STORE_SP 248
#define STORE_FLAGS 256
#define STORE_TPIDR 264

#ifndef __ASSEMBLER__

#include <stdint.h>

struct shared {
	uint64_t stored[34];
	uint64_t command;
	uint64_t not_refused; /* of COMMAND_CONTROL */
	uint64_t spin_pc;     /* addresses in the subject */
	uint64_t fault_pc;
	uint64_t store_pc;
	uint64_t stack; /* that subject_store may use: 16 bytes below are lost */
};

#endif
