/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults in a different way in each of its lives. */
#include <stdint.h>
#include <microkit.h>

uintptr_t shared;

static int value = 41;

void init(void)
{
	volatile uint32_t *life = (volatile uint32_t *)shared;
	seL4_Word x0 = 0x1111;

	value++;
	microkit_dbg_puts(value == 42 ? "restarted: fresh\n" : "restarted: stale\n");
	switch ((*life)++) {
	case 0:
		/* The parent steps over the udf and changes x0. */
		__asm__ volatile("mov x0, %0\n\tudf #0\n\tmov %0, x0"
				 : "+r"(x0)
				 :
				 : "x0");
		microkit_dbg_puts(x0 == 0x2222 ? "restarted: x0 was changed\n"
					       : "restarted: x0 is wrong\n");
		*(volatile int *)0x123000 = 0;
		break;
	case 1:
		__asm__ volatile("svc #0xffff");
		break;
	default:
		microkit_dbg_puts("restarted: well\n");
		break;
	}
}

void notified(microkit_channel ch)
{
}
