/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a root PD was doing when it faulted: reason, registers, stack.
 */
#include "postmortem.h"

#include <arch/arch.h>

#include "../arch/aarch64/system.h"
#include "console.h"
#include "stack_read.h"

#define STACK_LINES 8u

static const char *fault_reason(unsigned class)
{
	switch (class) {
	case 0x00:
		return "undefined instruction";
	case ESR_EC_FPU:
		return "floating point without permission";
	case ESR_EC_SVC:
		return "unknown system call";
	case 0x18:
		return "system register without permission";
	case ESR_EC_FETCH:
		return "instruction fetch from unmapped or not executable memory";
	case 0x22:
		return "misaligned program counter";
	case ESR_EC_DATA:
		return "access to unmapped or read-only memory";
	case 0x26:
		return "misaligned stack pointer";
	case 0x2f:
		return "asynchronous external abort";
	case 0x3c:
		return "breakpoint instruction";
	default:
		return "user exception";
	}
}

static void print_decimal(unsigned value)
{
	if (value >= 100u)
		(void)console_putc((char)('0' + value / 100u % 10u));
	if (value >= 10u)
		(void)console_putc((char)('0' + value / 10u % 10u));
	(void)console_putc((char)('0' + value % 10u));
}

static void print_registers(const struct frame *frame)
{
	for (unsigned i = 0; i < 31u; i++) {
		if (i % 4u == 0)
			console_puts("LIONSOS| ");
		console_puts(" x");
		if (i >= 10u)
			(void)console_putc((char)('0' + i / 10u));
		(void)console_putc((char)('0' + i % 10u));
		(void)console_putc(' ');
		console_hex(frame->x[i]);
		if (i % 4u == 3u || i == 30u)
			(void)console_putc('\n');
	}
}

static void print_stack(uint8_t pd, uint64_t sp)
{
	uint64_t word;

	for (unsigned line = 0; line < STACK_LINES; line++, sp += 32u) {
		if (!stack_read(pd, sp, &word))
			return;
		console_puts("LIONSOS|  stack ");
		console_hex(sp);
		(void)console_putc(':');
		for (unsigned i = 0; i < 4u && stack_read(pd, sp + 8u * i, &word); i++) {
			(void)console_putc(' ');
			console_hex(word);
		}
		(void)console_putc('\n');
	}
}

void postmortem_print(pd_t pd)
{
	const struct frame *frame = &frames[pd];

	console_puts("LIONSOS|POST-MORTEM pd '");
	console_puts(pd_details[pd].name);
	console_puts("' (id ");
	print_decimal(pd);
	console_puts("): ");
	console_puts(fault_reason((unsigned)(frame->esr >> ESR_EC_SHIFT)));
	console_puts("\nLIONSOS|  pc ");
	console_hex(frame->pc);
	console_puts("  sp ");
	console_hex(frame->sp);
	console_puts("  esr ");
	console_hex(frame->esr);
	console_puts("  address ");
	console_hex(frame->far);
	(void)console_putc('\n');
	print_registers(frame);
	print_stack(pd, frame->sp);
	console_puts("LIONSOS|END\n");
}
