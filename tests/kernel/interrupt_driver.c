/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver of the interrupt test does as it is told: see interrupt.h. */
#include <microkit.h>

#include "interrupt.h"
#include "testing.h"

#define IRQ_ID 33u
#define TESTER 1u

static volatile struct shared *const shared = (volatile struct shared *)SHARED_VADDR;

static void carry_out(uint64_t plan)
{
	if ((plan & DO_RAISE) != 0) {
		line_raise();
	}
	if ((plan & DO_BURN) != 0) {
		burn(us_to_ticks(100));
	}
	if ((plan & DO_LOWER) != 0) {
		line_lower();
	}
	if ((plan & DO_ACK) != 0) {
		microkit_irq_ack(IRQ_ID);
	}
	if ((plan & DO_DEFER_ACK) != 0) {
		microkit_deferred_irq_ack(IRQ_ID);
	}
}

void init(void)
{
	carry_out(shared->in_init);
}

void notified(microkit_channel ch)
{
	if (ch == TESTER) {
		carry_out(shared->when_told);
	} else if (ch == IRQ_ID) {
		shared->interrupts++;
		if (shared->interrupts == INTERRUPTS_MAX) {
			line_lower();
		}
		carry_out(shared->in_interrupt);
	} else {
		shared->strangers++;
	}
}
