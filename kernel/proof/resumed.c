/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_CONTROL to resume a child, from every state of the invariant but for C: up to where
 * one that was stopped in a receive goes on with it (wait.c), or one whose parent has
 * received its fault, and not replied, is withdrawn, which is all then (withdraw.c).
 */
#define CALL_ipc_wait receive_begins
#include "child.h"
#include "unserved.h"

static pd_t pd;
static uint8_t state;
static bool begun;

static void receive_begins(struct core *core, pd_t of)
{
	assert(of == pd && state == STATE_STOPPED_RECEIVING && !begun);
	assert(k.serving[pd] == PD_NONE && k.state[pd] == state);
	assert(some_irq >= system_header.num_irqs || irq_constants[some_irq].pd != pd ||
		k.irq_state[some_irq] != IRQ_HELD);
	begun = true;
}

#include "control.c"

static bool is_stopped(void)
{
	return state == STATE_STOPPED || state == STATE_STOPPED_RECEIVING;
}

static bool resumes(struct about a)
{
	bool held = some_irq < system_header.num_irqs &&
		    irq_constants[some_irq].pd == pd && is_stopped() &&
		    was.irq_state == IRQ_HELD;
	uint64_t fault = 1ull << (pd_constants[pd].fault_bit & 63u);
	bool withdrawn = state == STATE_FAULTED && some == pd_constants[pd].parent;

	if (!same_rest(a) || !same_links(a) || a.callers != was.callers ||
		a.irq_state != (held ? IRQ_ARMED : was.irq_state))
		return false;
	if (withdrawn ? a.faults != (was.faults & ~fault) ||
				((a.waiting ^ was.waiting) & ~WAITING_FAULT) != 0
		      : !same_words(a))
		return false;
	if (some != pd)
		return a.state == was.state && a.ready == was.ready;
	return a.state ==
	       (state == STATE_STOPPED || state >= STATE_FAULTED ? STATE_READY : state);
}

int main(void)
{
	begun = false;
	pd = assume_child();
	state = k.state[pd];
	if (state == STATE_FAULTED)
		assume_at(pd_constants[pd].parent);
	spec_before();
	control_resume(core_self(), pd, 0);
	assert_invariant();
	assert(begun == (state == STATE_STOPPED_RECEIVING));
	assert(resumes(about_some()) && told_nothing() && same_core());
	REACHABLE();
	return 0;
}
