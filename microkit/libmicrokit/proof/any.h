/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the harnesses share: any value, and a kernel that records the call and answers
 * anything.
 */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <microkit.h>

bool nondet_bool(void);
uint8_t nondet_u8(void);
uint16_t nondet_u16(void);
unsigned int nondet_unsigned(void);
uint64_t nondet_u64(void);

/* What the kernel is asked: the number and x0 to x5, as far as the call has them. */
struct asked {
	enum syscall number;
	uint64_t x[6];
};

/* The kernel; kernel.c hands every system call to it, each harness has its own. */
struct microkit_svc_result kernel(struct asked call);

#ifdef VACUITY
#define END() assert(0 && "the end can be reached")
#else
#define END() ((void)0)
#endif
