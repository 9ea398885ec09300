/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames as the portable kernel sees them: start, a parent's reading and
 * writing, and the words of a fault message.
 */
#include <arch/arch.h>

#include "machine.h"
#include "system.h"

#define SPSR_FLAGS 0xf0000000ull /* N, Z, C, V: all that EL0 has of PSTATE */

#define REGISTER_TPIDR 34u /* words 0..2: pc, sp, spsr; 3..33: x0..x30 */

/* From here on everything in the frame counts. */
static void frame_fill(struct frame *frame)
{
	if (frame->full != 0)
		return;
	frame->spsr = 0;
	frame->full = 1;
}

void arch_start(uint8_t pd, uint64_t start, uint64_t entry)
{
	struct frame *frame = &frames[pd];

	for (unsigned i = 0; i < 31u; i++)
		frame->x[i] = 0;
	frame->x[0] = entry;
	frame->sp = 0;
	frame->pc = start;
	frame->spsr = 0;
	frame->full = 1;
	frame->tpidr_el0 = 0;
	fpu_reset(pd);
}

void arch_registers_read(uint8_t caller, uint8_t pd, unsigned count)
{
	struct frame *frame = &frames[pd];

	frame_fill(frame);
	for (unsigned i = 0; i < count; i++) {
		uint64_t value = 0;

		if (i == 0)
			value = frame->pc;
		else if (i == 1)
			value = frame->sp;
		else if (i == 2)
			value = frame->spsr;
		else if (i < REGISTER_TPIDR)
			value = frame->x[i - 3u];
		else if (i == REGISTER_TPIDR)
			value = frame->tpidr_el0;
		arch_message_write(caller, i, value);
	}
}

void arch_registers_write(uint8_t caller, uint8_t pd, unsigned count)
{
	struct frame *frame = &frames[pd];

	frame_fill(frame);
	for (unsigned i = 0; i < count; i++) {
		uint64_t value = arch_message_read(caller, i);

		if (i == 0)
			frame->pc = value;
		else if (i == 1)
			frame->sp = value;
		else if (i == 2)
			frame->spsr = value & SPSR_FLAGS;
		else if (i < REGISTER_TPIDR)
			frame->x[i - 3u] = value;
		else if (i == REGISTER_TPIDR)
			frame->tpidr_el0 = value;
	}
}

static uint64_t message_info(enum fault label, unsigned count)
{
	return (uint64_t)label << MSGINFO_LABEL_SHIFT | count;
}

uint64_t arch_fault_message(uint8_t parent, uint8_t child)
{
	const struct frame *frame = &frames[child];
	uint64_t esr = frame->esr;
	unsigned class = (unsigned)(esr >> ESR_EC_SHIFT);
	unsigned n = 0;

	if (class == ESR_EC_FETCH || class == ESR_EC_DATA) {
		arch_message_write(parent, n++, frame->pc);
		arch_message_write(parent, n++, frame->far);
		arch_message_write(parent, n++, class == ESR_EC_FETCH);
		arch_message_write(parent, n++, esr);
		return message_info(FAULT_VM, n);
	}
	if (class == ESR_EC_SVC) {
		for (; n < 8u; n++)
			arch_message_write(parent, n, frame->x[n]);
		arch_message_write(parent, n++, frame->pc);
		arch_message_write(parent, n++, frame->sp);
		arch_message_write(parent, n++, frame->x[30]);
		arch_message_write(parent, n++, frame->spsr);
		arch_message_write(parent, n++, esr & 0xffffu);
		return message_info(FAULT_UNKNOWN_SYSCALL, n);
	}
	arch_message_write(parent, n++, frame->pc);
	arch_message_write(parent, n++, frame->sp);
	arch_message_write(parent, n++, frame->spsr);
	arch_message_write(parent, n++, class);
	arch_message_write(parent, n++, esr);
	return message_info(FAULT_USER_EXCEPTION, n);
}

void arch_smc(uint8_t pd)
{
	register uint64_t x0 __asm__("x0") = arch_message_read(pd, 0);
	register uint64_t x1 __asm__("x1") = arch_message_read(pd, 1);
	register uint64_t x2 __asm__("x2") = arch_message_read(pd, 2);
	register uint64_t x3 __asm__("x3") = arch_message_read(pd, 3);
	register uint64_t x4 __asm__("x4") = arch_message_read(pd, 4);
	register uint64_t x5 __asm__("x5") = arch_message_read(pd, 5);
	register uint64_t x6 __asm__("x6") = arch_message_read(pd, 6);
	register uint64_t x7 __asm__("x7") = arch_message_read(pd, 7);

	/* SMC Calling Convention (DEN 0028): x8..x17 may change as well. */
	__asm__ volatile("smc #0"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5),
			 "+r"(x6), "+r"(x7)
			 :
			 : "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16",
			 "x17", "memory");
	const uint64_t results[8] = { x0, x1, x2, x3, x4, x5, x6, x7 };

	for (unsigned i = 0; i < 8u; i++)
		arch_message_write(pd, i, results[i]);
}
