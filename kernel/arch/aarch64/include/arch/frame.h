/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD's registers while it does not run. The offsets are for entry.S; arch.h
 * asserts that they agree.
 *
 * While a PD runs, SP_EL2 points to its frame. After a system call only x0, x1
 * (results), x19..x30, sp and pc count ("short" frame); after an interrupt,
 * fault or start everything does, and `full` is 1 until the PD runs on. While
 * full is 0, x[2] to x[18] are 0: that is what a system call returns in them.
 */
#pragma once

#define FRAME_X(n) ((n)*8)
#define FRAME_SP 248
#define FRAME_PC 256
#define FRAME_SPSR 264
#define FRAME_FULL 272
#define FRAME_TPIDR 280
#define FULL_IDLE 2        /* nobody runs: wait for an interrupt */
#define FRAME_SCRATCH 320  /* x16 and x17 on entry */
#define FRAME_SYS_COUNT 12 /* SYS_COUNT of abi.h */
#define FRAME_BYTES 512    /* a shift to index */

#ifndef __ASSEMBLER__

#include <stdint.h>

struct frame {
	uint64_t x[31];
	uint64_t sp;
	uint64_t pc;
	uint64_t spsr;
	uint64_t full; /* 1: resume everything; 0: a system call returns; FULL_IDLE */
	uint64_t tpidr_el0; /* while the PD does not run */
	uint64_t vttbr;     /* pd_constant.vttbr */
	uint64_t esr;       /* of its fault, valid while it is faulted */
	uint64_t far;
	uint64_t traps; /* TRAPS_*: what the PD may touch now */
	uint64_t scratch[2];
	uint64_t reserved[22];
};

#endif
