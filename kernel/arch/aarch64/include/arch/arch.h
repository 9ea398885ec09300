/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the portable kernel asks of an architecture: this is all. Here: AArch64
 * at EL2 (Arm ARM, DDI 0487).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/image.h>

#include "base.h"
#include "frame.h"

_Static_assert(sizeof(struct frame) == FRAME_BYTES, "entry.S");
_Static_assert(offsetof(struct frame, sp) == FRAME_SP, "entry.S");
_Static_assert(offsetof(struct frame, pc) == FRAME_PC, "entry.S");
_Static_assert(offsetof(struct frame, spsr) == FRAME_SPSR, "entry.S");
_Static_assert(offsetof(struct frame, full) == FRAME_FULL, "entry.S");
_Static_assert(offsetof(struct frame, scratch) == FRAME_SCRATCH, "entry.S");
_Static_assert(offsetof(struct frame, tpidr_el0) == FRAME_TPIDR, "entry.S");

/* What a core's registers hold now, besides the running PD's own. */
struct arch_core {
	uint64_t loaded; /* traps that are set */
	uint8_t fpu_owner; /* whose floating point registers are loaded, PD_NONE: nobody's */
};

extern struct frame frames[PD_MAX];
extern struct frame idle_frame;
extern struct arch_core arch_core;

#define TRAPS_PROFILE 0x07u  /* PROFILE_* of the PD */
#define TRAPS_FPU_OPEN 0x80u /* its floating point registers are loaded */

#define ARCH_IRQ_NONE 1023u /* spurious: GIC architecture, 2.2.1 (IHI 0048) */
#define ARCH_IRQ_TIMER 26u  /* the non-secure EL2 physical timer's PPI */

/* ---- Time: the system counter and the EL2 physical timer ---- */

static inline uint64_t arch_counter(void)
{
	uint64_t ticks;

	__asm__ volatile("mrs %0, cntpct_el0" : "=r"(ticks));
	return ticks;
}

/* The timer interrupt comes when the counter reaches `ticks`. */
static inline void arch_timer_set(uint64_t ticks)
{
	__asm__ volatile("msr cnthp_cval_el2, %0" : : "r"(ticks));
}

/* ---- Registers ---- */

/* The running PD's, or that of one that waits: x0 and x1 of its system call. */
static inline void arch_set_results(uint8_t pd, uint64_t x0, uint64_t x1)
{
	frames[pd].x[0] = x0;
	frames[pd].x[1] = x1;
}

/* Every register 0 but pc = start and x0 = entry; floating point too. */
void arch_start(uint8_t pd, uint64_t start, uint64_t entry);

/*
 * Copy the first `count` of the PD's registers (order: enum control_op) to or
 * from the message words of `caller`. The PD does not run.
 */
void arch_registers_read(uint8_t caller, uint8_t pd, unsigned count);
void arch_registers_write(uint8_t caller, uint8_t pd, unsigned count);

/* Puts the message of the child's fault into the parent; returns its info. */
uint64_t arch_fault_message(uint8_t parent, uint8_t child);

/* ---- IPC buffers ---- */

/* The message words of a PD, from where those of PD 0 are. */
static inline uint64_t *arch_message_of(const void *first, uint8_t pd)
{
	return (uint64_t *)((uintptr_t)first + ((uint64_t)pd << PAGE_BITS)) +
	       IPC_MESSAGE_OFFSET / 8u;
}

static inline uint64_t *arch_message(uint8_t pd)
{
	return arch_message_of((const void *)KERNEL_VA_IPC, pd);
}

static inline uint64_t arch_message_read(uint8_t pd, unsigned word)
{
	return ((const volatile uint64_t *)arch_message(pd))[word];
}

static inline void arch_message_write(uint8_t pd, unsigned word, uint64_t value)
{
	((volatile uint64_t *)arch_message(pd))[word] = value;
}

static inline void arch_copy4(uint64_t *to, const uint64_t *from)
{
	uint64_t a = from[0], b = from[1], c = from[2], d = from[3];

	to[0] = a;
	to[1] = b;
	to[2] = c;
	to[3] = d;
}

/*
 * Copies `count` words from the message of `from` to that of `to`. Returns
 * false, and has copied nothing, if count is above MESSAGE_WORDS.
 */
static inline bool arch_message_copy(uint8_t to, uint8_t from, uint64_t count)
{
	const void *first = arch_base_const((const void *)KERNEL_VA_IPC);
	const uint64_t *source = arch_message_of(first, from);
	uint64_t *destination = arch_message_of(first, to);

	if (__builtin_expect(count == 4u, 1)) { /* of a short call */
		arch_copy4(destination, source);
		return true;
	}
	if (count > MESSAGE_WORDS)
		return false;
#pragma clang loop unroll(disable)
	for (; count >= 4u; count -= 4u, source += 4, destination += 4)
		arch_copy4(destination, source);
#pragma clang loop unroll(disable)
	for (; count > 0; count--)
		*destination++ = *source++;
	return true;
}

/* The SMC call of the PD's message words 0..7, results back in place. */
void arch_smc(uint8_t pd);

/* ---- Switching ---- */

/* A PD's registers while it does not run: what an entry returns. */
static inline struct frame *arch_frame(uint8_t pd)
{
	return &frames[pd];
}

/*
 * What an entry returns when nobody is to run. The compiler does not know which: where it
 * does, a call that returns it is no tail call.
 */
static inline struct frame *arch_idle(void)
{
	return arch_base(&idle_frame);
}

/*
 * Two PDs may touch the same: no trap is to be set on a switch from the running
 * one, `from`, to the other.
 */
static inline bool arch_traps_equal(uint8_t from, uint8_t to)
{
	return frames[from].traps == frames[to].traps;
}

/* Sets the traps for a PD. */
void arch_traps_load(uint8_t pd);

/* The PD stops running: what is its own in the core's registers is kept. */
static inline void arch_leave(uint8_t pd)
{
	__asm__ volatile("mrs %0, tpidr_el0" : "=r"(frames[pd].tpidr_el0));
}

/*
 * The PD, whose traps are set, runs next. No barrier is needed after VTTBR_EL2:
 * this kernel does not use the translation itself, and the exception return is
 * a context synchronisation event.
 */
static inline void arch_enter(uint8_t pd)
{
	__asm__ volatile("msr tpidr_el0, %0\n\tmsr vttbr_el2, %1"
			 :
			 : "r"(frames[pd].tpidr_el0), "r"(frames[pd].vttbr));
}

/* ---- Interrupts: gicv2.c or gicv3.c ---- */

/* The most urgent pending interrupt, made active; ARCH_IRQ_NONE: none is. */
uint32_t arch_irq_take(void);
/* It may come again (deactivation). */
void arch_irq_complete(uint32_t irq);
void arch_irq_mask(uint32_t irq);
void arch_irq_unmask(uint32_t irq);
/* Before first use; masked afterwards. */
void arch_irq_configure(uint32_t irq, bool edge);
