/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_wait(), from every state of the invariant but for C, of a PD that serves nobody and
 * is READY, or is stopped in a receive and has no interrupt that is held back. R need
 * not hold at it: a server whom its context is taken from goes on with its own.
 */
#include "fault.h"
#include "ipc.h"
#include "peer.h"

static bool received(struct about a, pd_t pd)
{
	if (some != pd)
		return peer_other(a, pd);
	if (kind == KIND_NONE)
		return a.state == STATE_RECEIVING && same_words(a) && same_links(a);
	return peer_receiver(a) && peer_words(a);
}

int main(void)
{
	pd_t pd = nondet_uint8();
	struct about now;

	assume_state();
	__CPROVER_assume(core_named() && valid(pd));
	assume_at(pd);
	__CPROVER_assume(k.serving[pd] == PD_NONE);
	__CPROVER_assume(
		k.state[pd] == STATE_READY || k.state[pd] == STATE_STOPPED_RECEIVING);
	__CPROVER_assume(some_irq >= system_header.num_irqs ||
			 irq_constants[some_irq].pd != pd ||
			 k.irq_state[some_irq] != IRQ_HELD);
	peer_find(pd, k.waiting[pd], k.faults[pd], k.callers[pd]);
	peer_assume(pd);
	if (nondet_bool())
		set_remove(pd_constants[pd].domain * SET_WORDS, pd);
	else
		set_add(pd_constants[pd].domain * SET_WORDS, pd);
	spec_before();
	ipc_wait(core_self(), pd);
	assert_invariant();
	now = about_some();
	assert(same_irq(now) && same_rest(now) && peer_told(pd));
	assert(received(now, pd) && same_core());
	REACHABLE();
	return 0;
}
