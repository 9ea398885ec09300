/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications.
 */
#include "notification.h"

#include <arch/arch.h>

#include "account.h"
#include "interrupt.h"
#include "ipc.h"
#include "ready.h"
#include "schedule.h"

bool notification_signal(struct kernel *s, struct core *core, pd_t pd, uint8_t id)
{
	account_notification(pd);
	if (s->state[pd] != STATE_RECEIVING) {
		s->waiting[pd] |= 1ull << id;
		return false;
	}
	arch_set_results(pd, 1ull << id, 0);
	s->state[pd] = STATE_READY;
	if (UNLIKELY(budget_exhausted(core, pd)))
		return false;
	set_add(core->ready[pd_constants[pd].domain], pd);
	return true;
}

struct frame *notification_notify(uint64_t slot, uint64_t unused, uint64_t unused2)
{
	struct kernel *s = kernel_self();
	struct core *core = &s->core[0];
	pd_t pd = core->current;
	const struct cap *cap = &cap_table[pd][slot];

	(void)unused;
	(void)unused2;
	if (slot >= CAP_SLOTS || cap->type != CAP_NOTIFY) {
		arch_set_results(pd, STATUS_REFUSED, 0);
		return schedule_stay(core);
	}
	arch_set_results(pd, STATUS_OK, 0);
	if (!notification_signal(s, core, cap->target, cap->id))
		return schedule_stay(core);
	if (cap->target > pd) /* not of a higher priority here */
		return schedule_stay(core);
	return schedule_next(s, core, pd, s->context[pd]);
}

struct frame *notification_signal_receive(
	uint64_t slot, uint64_t unused, uint64_t unused2)
{
	struct core *core = core_self();
	const struct cap *cap = &cap_table[core->current][slot];

	if (slot < CAP_SLOTS && cap->type == CAP_NOTIFY)
		notification_signal(&k, core, cap->target, cap->id);
	else if (slot < CAP_SLOTS && cap->type == CAP_IRQ)
		interrupt_arm(cap->irq);
	return ipc_receive(0, unused, unused2);
}

struct frame *notification_ack_signal_receive(
	uint64_t slot, uint64_t irq_slot, uint64_t unused)
{
	struct core *core = core_self();
	const struct cap *cap = &cap_table[core->current][irq_slot];

	if (irq_slot < CAP_SLOTS && cap->type == CAP_IRQ)
		interrupt_arm(cap->irq);
	return notification_signal_receive(slot, unused, unused);
}
