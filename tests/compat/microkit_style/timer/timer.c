/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <microkit.h>

#define TIMER_IRQ 3

static unsigned int interrupts;

static void set_timeout(uint64_t ticks)
{
	__asm__ volatile("msr cntp_tval_el0, %0" : : "r"(ticks));
	__asm__ volatile("msr cntp_ctl_el0, %0" : : "r"(1ul));
	__asm__ volatile("isb");
}

void init(void)
{
	microkit_dbg_puts("timer: init\n");
	set_timeout(100000);
}

void notified(microkit_channel ch)
{
	switch (ch) {
	case TIMER_IRQ:
		microkit_dbg_puts("timer: interrupt ");
		microkit_dbg_put8(++interrupts);
		microkit_dbg_puts("\n");
		set_timeout(100000);
		if (interrupts < 3) {
			microkit_irq_ack(ch);
		} else {
			microkit_dbg_puts("timer: not acknowledged, so no more\n");
		}
		break;
	default:
		microkit_dbg_puts("timer: unexpected channel\n");
		break;
	}
}
