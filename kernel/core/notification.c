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

bool notification_signal(struct core *core, pd_t pd, uint8_t id)
{
	account_notification(pd);
	if (k.state[pd] != STATE_RECEIVING) {
		k.notified[pd] |= 1ull << id;
		return false;
	}
	arch_set_results(pd, 1ull << id, 0);
	k.state[pd] = STATE_READY;
	if (budget_exhausted(core, pd))
		return false;
	set_add(core->ready[pd_constants[pd].domain], pd);
	return true;
}

struct frame *notification_notify(uint64_t slot, uint64_t unused, uint64_t unused2)
{
	struct core *core = core_self();
	pd_t pd = core->current;
	const struct cap *cap = &cap_table[pd][slot % CAP_SLOTS];

	(void)unused;
	(void)unused2;
	if (slot >= CAP_SLOTS || cap->type != CAP_NOTIFY) {
		arch_set_results(pd, STATUS_REFUSED, 0);
		return schedule_stay(core);
	}
	arch_set_results(pd, STATUS_OK, 0);
	if (notification_signal(core, cap->target, cap->id))
		return schedule(core);
	return schedule_stay(core);
}

struct frame *notification_signal_receive(
	uint64_t slot, uint64_t unused, uint64_t unused2)
{
	struct core *core = core_self();
	const struct cap *cap = &cap_table[core->current][slot % CAP_SLOTS];

	if (slot < CAP_SLOTS && cap->type == CAP_NOTIFY)
		notification_signal(core, cap->target, cap->id);
	else if (slot < CAP_SLOTS && cap->type == CAP_IRQ)
		interrupt_arm(cap->irq);
	return ipc_receive(0, unused, unused2);
}
