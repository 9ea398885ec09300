/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The architecture as the prover sees it: registers and messages are no part of the
 * state, the counter says anything; what is written to those of the PD at which everything
 * is seen is noted. What the portable kernel must keep to when it calls the architecture
 * is asserted here.
 */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/image.h>

#include <arch/tables.h>

#define ARCH_IRQ_NONE 1023u
#define ARCH_IRQ_TIMER 26u

struct frame;

uint64_t nondet_uint64(void);
bool nondet_bool(void);

/* The counter never goes back, and has not yet come to 2^62. */
extern uint64_t counter_now;

static inline uint64_t arch_counter(void)
{
	uint64_t now = nondet_uint64();

	__CPROVER_assume(now >= counter_now && now < 1ull << 62);
	counter_now = now;
	return now;
}

extern uint64_t timer_now; /* what it is set to */

static inline void arch_timer_set(uint64_t ticks)
{
	timer_now = ticks;
}

/* What has been written to registers and message of the PD `some`. */
enum telling {
	TOLD_RESULTS = 1,    /* x0 and x1 */
	TOLD_MESSAGE = 2,    /* `words` words of the message of `from` */
	TOLD_FAULT = 4,      /* the message is the fault of `from`, its info `info` */
	TOLD_START = 8,      /* it begins at `entry`, as `start` says */
	TOLD_REGISTERS = 16, /* its registers, `words` of them, by `from` */
	TOLD_WORDS = 32      /* its message: registers of `from`, or single words */
};

struct told {
	uint8_t done; /* enum telling */
	uint8_t from;
	uint64_t x0, x1, words, info, start, entry;
};

extern uint8_t some; /* see harness.h */
extern struct told told;

static inline void arch_set_results(uint8_t pd, uint64_t x0, uint64_t x1)
{
	assert(pd < PD_MAX);
	if (pd != some)
		return;
	told.done |= TOLD_RESULTS;
	told.x0 = x0;
	told.x1 = x1;
}

static inline bool arch_message_copy(uint8_t to, uint8_t from, uint64_t count)
{
	assert(to < PD_MAX && from < PD_MAX);
	if (count > MESSAGE_WORDS)
		return false;
	if (to == some && count != 0) {
		told.done |= TOLD_MESSAGE;
		told.from = from;
		told.words = count;
	}
	return true;
}

/* Whose address space, traps and registers are loaded; whose frame is resumed. */
extern uint8_t inside, trapped, resumed;

static inline struct frame *arch_frame(uint8_t pd)
{
	assert(pd < PD_MAX);
	resumed = pd;
	return (struct frame *)0;
}

static inline struct frame *arch_idle(void)
{
	resumed = PD_NONE;
	return (struct frame *)0;
}

static inline bool arch_traps_equal(uint8_t from, uint8_t to)
{
	bool equal = nondet_bool();

	assert(from < PD_MAX && to < PD_MAX);
	if (equal && trapped == from)
		trapped = to; /* the same serve both */
	return equal;
}

static inline void arch_traps_load(uint8_t pd)
{
	assert(pd < PD_MAX);
	trapped = pd;
}

static inline void arch_leave(uint8_t pd)
{
	assert(pd < PD_MAX && pd == inside);
	inside = PD_NONE;
}

static inline void arch_enter(uint8_t pd)
{
	assert(pd < PD_MAX && inside == PD_NONE);
	inside = pd;
}

static inline uint64_t arch_fault_message(uint8_t parent, uint8_t child)
{
	uint64_t info = nondet_uint64();

	assert(parent < PD_MAX && child < PD_MAX);
	if (parent == some) {
		told.done |= TOLD_FAULT;
		told.from = child;
		told.info = info;
	}
	return info;
}

static inline void arch_start(uint8_t pd, uint64_t start, uint64_t entry)
{
	assert(pd < PD_MAX);
	if (pd != some)
		return;
	told.done |= TOLD_START;
	told.start = start;
	told.entry = entry;
}

static inline void arch_registers_read(uint8_t caller, uint8_t pd, unsigned count)
{
	assert(caller < PD_MAX && pd < PD_MAX && count >= 1 && count <= REGISTER_WORDS);
	if (caller != some)
		return;
	told.done |= TOLD_WORDS;
	told.from = pd;
	told.words = count;
}

static inline void arch_registers_write(uint8_t caller, uint8_t pd, unsigned count)
{
	assert(caller < PD_MAX && pd < PD_MAX && count >= 1 && count <= REGISTER_WORDS);
	if (pd != some)
		return;
	told.done |= TOLD_REGISTERS;
	told.from = caller;
	told.words = count;
}

static inline uint64_t arch_message_read(uint8_t pd, unsigned word)
{
	assert(pd < PD_MAX && word < MESSAGE_WORDS);
	return nondet_uint64();
}

static inline void arch_message_write(uint8_t pd, unsigned word, uint64_t value)
{
	assert(pd < PD_MAX && word < MESSAGE_WORDS);
	(void)value;
	if (pd == some)
		told.done |= TOLD_WORDS;
}

static inline void arch_smc(uint8_t pd)
{
	assert(pd < PD_MAX);
}

extern uint32_t irq_next; /* what comes */

/* The interrupt at which everything is seen, and what the controller has of it. */
extern uint16_t some_irq;
extern bool irq_enabled, irq_active, irq_configured;

static inline uint32_t arch_irq_take(void)
{
	if (irq_next == some_irq)
		irq_active = true;
	return irq_next;
}

static inline void arch_irq_mask(uint32_t irq)
{
	assert(irq < IRQ_MAX);
	if (irq == some_irq)
		irq_enabled = false;
}

static inline void arch_irq_unmask(uint32_t irq)
{
	assert(irq < IRQ_MAX);
	if (irq == some_irq)
		irq_enabled = true;
}

static inline void arch_irq_complete(uint32_t irq)
{
	assert(irq < IRQ_MAX);
	if (irq == some_irq)
		irq_active = false;
}

static inline void arch_irq_configure(uint32_t irq, bool edge)
{
	assert(irq < IRQ_MAX && (irq_constants[irq].edge != 0) == edge);
	if (irq == some_irq)
		irq_configured = true;
}
