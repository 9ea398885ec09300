/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_CONTROL to start a child anew: once it is stopped (stopped.c), from every state of the
 * invariant but for C. interrupt_mask_all() is what mask.c says of it.
 */
#define CALL_control_stop_pd stopped_first
#include "child.h"

static pd_t pd;
static bool begun;

static void stopped_first(struct core *core, pd_t of)
{
	assert(of == pd && !begun && same(about_some()));
	begun = true;
}

void interrupt_mask_all(pd_t of, enum irq_state next)
{
	assert(begun && of == pd && next == IRQ_MASKED);
	mask_by_contract(of, next);
}

#include "control.c"

static bool restarted(struct about a)
{
	bool its = some_irq < system_header.num_irqs && irq_constants[some_irq].pd == pd;

	return same_links(a) && same_words(a) && same_rest(a) &&
	       a.irq_state == (its ? IRQ_MASKED : was.irq_state) &&
	       (some == pd ? a.state == STATE_READY
			   : a.state == was.state && a.ready == was.ready);
}

int main(void)
{
	uint64_t entry = nondet_uint64();

	begun = false;
	pd = assume_child();
	__CPROVER_assume(
		k.state[pd] == STATE_STOPPED || k.state[pd] == STATE_STOPPED_RECEIVING);
	spec_before();
	control_restart(core_self(), pd, entry);
	assert(begun && same_core() && (some == pd ? told_start(entry) : told_nothing()));
	assert_invariant();
	assert(restarted(about_some()));
	REACHABLE();
	return 0;
}
