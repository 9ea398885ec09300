/* SPDX-License-Identifier: BSD-2-Clause */
/* An interrupt that is not the kernel's timer. */
#define ENTRY interrupt_take((struct core *)0)
#define ASSUME                                                             \
	(void)pd;                                                          \
	__CPROVER_assume(irq_next == ARCH_IRQ_NONE || irq_next < IRQ_MAX); \
	if (irq_next < system_header.num_irqs) {                           \
		__CPROVER_assume(irq_good((uint16_t)irq_next));            \
		__CPROVER_assume(irq_at((uint16_t)irq_next));              \
		assume_at(irq_constants[irq_index(irq_next)].pd);          \
	}                                                                  \
	__CPROVER_assume(irq_next != ARCH_IRQ_TIMER)
#define AFTER spec_take(now, irq_next)
#include "event.h"
