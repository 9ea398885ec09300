/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fuzz test: what its protection domains share. See fuzz.c for the whole.
 */
#pragma once

#include <stdint.h>

/* Registers around a system call: x0..x30, flags. */
struct fuzz_registers {
	uint64_t x[31];
	uint64_t flags;
};

/*
 * Execute `svc #number` with these registers, and leave in them what came back.
 * x30 is the address of the svc instruction, before and, if it is kept, after.
 */
void fuzz_call(struct fuzz_registers *registers, uint64_t number);

/* What the driver prefills. */
struct fuzz_order {
	uint64_t seed;
	uint64_t calls;
};

#define ORDER_VADDR 0x2000000u    /* struct fuzz_order, read only */
#define ANNOUNCE_VADDR 0x2010000u /* struct fuzz_announce; the tester reads it */
#define WITNESS_VADDR 0x2020000u  /* struct fuzz_witness; the tester reads it */
#define SPIN_VADDR 0x2030000u     /* struct fuzz_spin; tester and witness read it */

/* What the fuzzer is about to do, and what it has found. */
struct fuzz_announce {
	struct fuzz_registers before;
	uint64_t number;
	uint64_t calls;  /* made */
	uint64_t faults; /* of which unknown system calls */
	uint64_t legal;  /* of which had an effect */
	uint64_t mistakes;
	/* Of the first mistake. */
	char what[64];
	struct fuzz_registers wrong_before;
	struct fuzz_registers wrong_after;
	uint64_t wrong_number;
};

/* What the witness has seen; it has no channel to anyone. */
struct fuzz_witness {
	uint64_t ticks;       /* of its timer, one a millisecond */
	uint64_t first_ticks; /* system counter at the first and the last of them */
	uint64_t last_ticks;
	uint64_t late_max_ticks; /* of a tick: from when it was due */
	uint64_t strangers;      /* notifications that are not the timer's */
	uint64_t changes;        /* of its memory, registers or message words */
	uint64_t standstills;    /* of the spinning witness, for 20 ms */
};

/* What the spinning witness has seen: all its registers, all the time. */
struct fuzz_spin {
	uint64_t rounds;
	uint64_t changes;
};

/* The fuzzer's channels and children. */
#define FUZZ_TESTER 0u
#define FUZZ_SERVER 5u  /* may be called and notified */
#define FUZZ_PASSIVE 6u /* may be called, not notified */
#define FUZZ_WAKER 9u   /* may be notified; notifies the fuzzer all the time */
#define FUZZ_VICTIM 17u /* child id */
