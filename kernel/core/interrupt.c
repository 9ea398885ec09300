/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts.
 *
 * "Masked until acknowledged" costs no access of its own: the controller's
 * priority drop and deactivation are split, and an interrupt that is active
 * does not come again. Acknowledging it deactivates it.
 */
#include "interrupt.h"

#include <arch/arch.h>

#include "notification.h"
#include "schedule.h"

/* What nobody expects is masked: it does not come again. */
static void interrupt_refuse(uint32_t irq)
{
	arch_irq_mask(irq);
	arch_irq_complete(irq);
	if (irq < system_header.num_irqs)
		k.irq_state[irq] = IRQ_MASKED;
}

struct frame *interrupt_take(struct core *core)
{
	uint32_t irq = arch_irq_take();

	if (irq == ARCH_IRQ_TIMER)
		return schedule_tick(core);
	if (irq < system_header.num_irqs) {
		const struct irq_constant *owner = &irq_constants[irq];

		if (owner->pd == PD_NONE || k.irq_state[irq] != IRQ_ARMED) {
			interrupt_refuse(irq);
			return schedule(core);
		}
		k.irq_state[irq] = IRQ_ACTIVE;
		notification_signal(&k, core, owner->pd, owner->id);
	} else if (irq != ARCH_IRQ_NONE) {
		interrupt_refuse(irq);
	}
	return schedule(core);
}

void interrupt_arm(uint16_t irq)
{
	if (k.irq_state[irq] == IRQ_ACTIVE)
		arch_irq_complete(irq);
	else if (k.irq_state[irq] != IRQ_ARMED)
		arch_irq_unmask(irq);
	k.irq_state[irq] = IRQ_ARMED;
}

struct frame *interrupt_ack(uint64_t slot, uint64_t unused, uint64_t unused2)
{
	struct core *core = core_self();
	pd_t pd = core->current;
	const struct cap *cap = &cap_table[pd][slot];

	(void)unused;
	(void)unused2;
	if (slot >= CAP_SLOTS || cap->type != CAP_IRQ) {
		arch_set_results(pd, STATUS_REFUSED, 0);
	} else {
		interrupt_arm(cap->irq);
		arch_set_results(pd, STATUS_OK, 0);
	}
	return schedule_stay(core);
}

void interrupt_mask_all(pd_t pd, enum irq_state next)
{
	for (unsigned i = 0; i < pd_constants[pd].num_irqs; i++) {
		uint16_t irq = pd_details[pd].irqs[i];

		if (k.irq_state[irq] == IRQ_MASKED)
			continue;
		arch_irq_mask(irq);
		if (k.irq_state[irq] == IRQ_ACTIVE)
			arch_irq_complete(irq);
		k.irq_state[irq] = (uint8_t)next;
	}
}

void interrupt_release(pd_t pd)
{
	for (unsigned i = 0; i < pd_constants[pd].num_irqs; i++) {
		uint16_t irq = pd_details[pd].irqs[i];

		if (k.irq_state[irq] == IRQ_HELD)
			interrupt_arm(irq);
	}
}
