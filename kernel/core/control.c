/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stop, restart, resume, and the registers of a child.
 */
#include "control.h"

#include <arch/arch.h>

#include "account.h"
#include "fault.h"
#include "interrupt.h"
#include "ipc.h"
#include "ready.h"
#include "schedule.h"

void control_stop_pd(struct core *core, pd_t pd)
{
	pd_t client = k.serving[pd];

	ipc_withdraw(core, pd);
	ipc_abandon(core, pd);
	if (client != PD_NONE && k.state[client] == STATE_FAULT_LEFT) {
		/* a faulted grandchild waits for the next incarnation */
		k.state[client] = STATE_FAULTED;
		fault_queue(client);
	}
	ipc_abort_callers(core, pd);
	k.waiting[pd] &= WAITING_CALL | WAITING_FAULT;
	interrupt_mask_all(pd, IRQ_HELD);
	if (k.state[pd] == STATE_RECEIVING)
		k.state[pd] = STATE_STOPPED_RECEIVING;
	else if (!state_stopped(pd))
		k.state[pd] = STATE_STOPPED;
	ready_update(core, pd);
}

static enum status control_restart(struct core *core, pd_t pd, uint64_t entry)
{
	account_restart(pd);
	control_stop_pd(core, pd);
	interrupt_mask_all(pd, IRQ_MASKED);
	arch_start(
		pd, pd_constants[pd].start, entry == 0 ? pd_constants[pd].entry : entry);
	k.state[pd] = STATE_READY;
	ready_update(core, pd);
	return STATUS_OK;
}

static enum status control_stop(struct core *core, pd_t pd, uint64_t unused)
{
	(void)unused;
	control_stop_pd(core, pd);
	return STATUS_OK;
}

static enum status control_resume(struct core *core, pd_t pd, uint64_t unused)
{
	(void)unused;
	switch (k.state[pd]) {
	case STATE_STOPPED_RECEIVING:
		interrupt_release(pd);
		ipc_wait(core, pd);
		return STATUS_OK;
	case STATE_FAULTED:
	case STATE_FAULT_SERVED:
		ipc_withdraw(core, pd);
		return STATUS_OK;
	case STATE_STOPPED:
		interrupt_release(pd);
		break;
	case STATE_FAULT_LEFT:
		break;
	default:
		return STATUS_OK; /* it runs */
	}
	k.state[pd] = STATE_READY;
	ready_update(core, pd);
	return STATUS_OK;
}

static enum status control_read(struct core *core, pd_t pd, uint64_t count)
{
	if (count == 0 || count > REGISTER_WORDS)
		return STATUS_REFUSED;
	arch_registers_read(core->current, pd, (unsigned)count);
	return STATUS_OK;
}

static enum status control_write(struct core *core, pd_t pd, uint64_t count)
{
	if (count == 0 || count > REGISTER_WORDS)
		return STATUS_REFUSED;
	if (!state_stopped(pd) && k.state[pd] < STATE_FAULTED)
		return STATUS_BAD_STATE;
	if (k.state[pd] == STATE_STOPPED_RECEIVING)
		k.state[pd] = STATE_STOPPED; /* it resumes at the new registers */
	arch_registers_write(core->current, pd, (unsigned)count);
	return STATUS_OK;
}

static enum status (*const control_ops[CONTROL_OP_COUNT])(
	struct core *core, pd_t pd, uint64_t argument) = {
	[CONTROL_RESTART] = control_restart,
	[CONTROL_STOP] = control_stop,
	[CONTROL_RESUME] = control_resume,
	[CONTROL_READ_REGISTERS] = control_read,
	[CONTROL_WRITE_REGISTERS] = control_write,
};

struct frame *control_operate(uint64_t slot, uint64_t op, uint64_t argument)
{
	struct core *core = core_self();
	pd_t pd = core->current;
	const struct cap *cap = &cap_table[pd][slot];
	enum status status;

	if (slot >= CAP_SLOTS || cap->type != CAP_CONTROL || op >= CONTROL_OP_COUNT ||
		cap->target == pd) {
		arch_set_results(pd, STATUS_REFUSED, 0);
		return schedule_stay(core);
	}
	status = control_ops[op](core, cap->target, argument);
	arch_set_results(pd, status, k.waiting[cap->target]);
	return schedule(core);
}
