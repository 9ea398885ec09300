/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD without a parent that faults in a way that its build chooses: HOW is an
 * instruction, SP the stack pointer at that moment (0: as it is).
 */
#include <microkit.h>

void victim_inner(void);

__attribute__((noinline)) void victim_inner(void)
{
	__asm__ volatile("mov x9, sp\n\t"
			 "ldr x10, =%c0\n\t"
			 "cmp x10, #0\n\t"
			 "csel x10, x9, x10, eq\n\t"
			 "ldr x0, =0x1111222233330000\n\t"
			 "add x1, x0, #1\n\t"
			 "mov x7, #8\n\t"
			 "add x29, x0, #29\n\t"
			 "add x28, x0, #28\n\t"
			 "mov sp, x10\n\t" HOW
			 :
			 : "i"(SP)
			 : "memory");
}

void init(void)
{
	victim_inner();
	microkit_dbg_puts("the victim lives\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
