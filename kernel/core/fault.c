/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults.
 */
#include "fault.h"

#include <arch/arch.h>

#include "account.h"
#include "control.h"
#include "ipc.h"
#include "postmortem.h"
#include "ready.h"
#include "schedule.h"

/* The parent begins to handle the child's fault. */
static void fault_deliver(struct core *core, pd_t parent, pd_t child, uint8_t id)
{
	uint64_t info = arch_fault_message(parent, child);

	arch_set_results(parent, EVENT_FAULT | id, info);
	k.serving[parent] = child;
	k.server[child] = parent;
	k.state[child] = STATE_FAULT_SERVED;
	k.state[parent] = STATE_READY;
	ipc_lend(core, child, parent);
}

void fault_queue(pd_t child)
{
	pd_t parent = pd_constants[child].parent;

	k.faults[parent] |= 1ull << pd_constants[child].fault_bit;
	k.waiting[parent] |= WAITING_FAULT;
}

void fault_withdraw(pd_t child)
{
	pd_t parent = pd_constants[child].parent;

	k.faults[parent] &= ~(1ull << pd_constants[child].fault_bit);
	if (k.faults[parent] == 0)
		k.waiting[parent] &= ~WAITING_FAULT;
}

struct frame *fault_raise(struct core *core)
{
	pd_t pd = core->current;
	pd_t parent = pd_constants[pd].parent;

	account_fault(pd);
	if (parent == PD_NONE) {
		postmortem_print(pd);
		control_stop_pd(core, pd);
	} else {
		k.state[pd] = STATE_FAULTED;
		fault_queue(pd);
		ready_update(core, pd);
		if (k.state[parent] == STATE_RECEIVING)
			ipc_wait(core, parent);
	}
	return schedule(core);
}

void fault_receive(struct core *core, pd_t parent)
{
	unsigned entry = (unsigned)__builtin_clzll(k.faults[parent]);
	struct peer peer = pd_details[parent].children[entry];

	fault_withdraw(peer.pd);
	fault_deliver(core, parent, peer.pd, peer.id);
}

void fault_reply(struct core *core, pd_t parent, pd_t child, uint64_t info)
{
	ipc_abandon(core, parent);
	if (info >> MSGINFO_LABEL_SHIFT == 0) {
		k.state[child] = STATE_READY;
		ready_update(core, child);
	} else {
		control_stop_pd(core, child);
	}
}
