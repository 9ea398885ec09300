/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A clock for tests: 300 microseconds after it is notified it notifies back. It
 * has the EL0 timer, and so interrupts whoever runs below it.
 */
#include <microkit.h>

#include "testing.h"

#define IRQ_ID 1u
#define CTL_ENABLE 1ul

static microkit_channel asker;

static void timer_set(uint64_t ticks, uint64_t control)
{
	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(ticks));
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(control));
}

void init(void)
{
}

void notified(microkit_channel ch)
{
	if (ch == IRQ_ID) {
		timer_set(0, 0);
		microkit_irq_ack(IRQ_ID);
		microkit_notify(asker);
	} else {
		asker = ch;
		timer_set(counter() + us_to_ticks(300), CTL_ENABLE);
	}
}
