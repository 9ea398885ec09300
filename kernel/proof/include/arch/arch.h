/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The architecture as the prover sees it: registers and messages are no part of
 * the state, the counter says anything. What the portable kernel must keep to
 * when it calls the architecture is asserted here.
 */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/image.h>

#define ARCH_IRQ_NONE 1023u
#define ARCH_IRQ_TIMER 26u

struct frame;

uint64_t nondet_uint64(void);
bool nondet_bool(void);

static inline uint64_t arch_counter(void)
{
	return nondet_uint64();
}

static inline void arch_timer_set(uint64_t ticks)
{
	(void)ticks;
}

static inline void arch_set_results(uint8_t pd, uint64_t x0, uint64_t x1)
{
	assert(pd < PD_MAX);
	(void)x0;
	(void)x1;
}

static inline bool arch_message_copy(uint8_t to, uint8_t from, uint64_t count)
{
	assert(to < PD_MAX && from < PD_MAX);
	return count <= MESSAGE_WORDS;
}

static inline struct frame *arch_frame(uint8_t pd)
{
	assert(pd < PD_MAX);
	return (struct frame *)0;
}

static inline struct frame *arch_idle(void)
{
	return (struct frame *)0;
}

static inline bool arch_traps_equal(uint8_t from, uint8_t to)
{
	assert(from < PD_MAX && to < PD_MAX);
	return nondet_bool();
}

static inline void arch_traps_load(uint8_t pd)
{
	assert(pd < PD_MAX);
}

static inline void arch_leave(uint8_t pd)
{
	assert(pd < PD_MAX);
}

static inline void arch_enter(uint8_t pd)
{
	assert(pd < PD_MAX);
}

static inline uint64_t arch_fault_message(uint8_t parent, uint8_t child)
{
	assert(parent < PD_MAX && child < PD_MAX);
	return nondet_uint64();
}
