/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control_stop_pd(), from every state of the invariant but for C. It is cut where a PD that
 * is served is withdrawn (withdraw.c), and where the debt of one that runs at a lender's
 * cost is settled (settle.c): both leave the invariant and a PD whom nobody serves, at
 * nobody else's cost, that serves whom it did, and of which all is done up to there: it
 * goes on as from the start. ipc_abort_callers() is what abort.c says of it,
 * interrupt_mask_all() what mask.c does.
 */
#define CALL_ipc_abort_callers aborted_by_contract
#include "child.h"
#include "old.h"
#include "unserved.h"

#include "budget.h"

extern uint8_t old_state[__CPROVER_constant_infinity_uint];

static pd_t pd, client, owner, server, parent;
static uint8_t state;

void budget_settle(struct core *core, pd_t of)
{
	assert(of == pd && !is_served(of) && k.serving[of] == client);
	if (k.lender[of] == PD_NONE)
		return;
	assert_invariant();
	assert(k.state[of] == STATE_READY || k.state[of] == STATE_FAULT_LEFT);
	assert(core_named() && timer_holds());
	__CPROVER_assume(false);
}

void budget_forgive(struct core *core, pd_t lender)
{
	assert(lender == pd && !is_served(lender)); /* L: nobody runs at its cost */
}

void budget_revoke(struct core *core, pd_t context, pd_t lender)
{
	assert(!"who is not served lends nothing");
}

void interrupt_mask_all(pd_t of, enum irq_state next)
{
	assert(of == pd && next == IRQ_HELD);
	mask_by_contract(of, next);
}

static void aborted_at(pd_t p)
{
	bool ready;

	if (!valid(p))
		return;
	__CPROVER_assume(constants_good(p));
	ready = is_ready(pd_constants[p].domain, p);
	if (old_state[p] == STATE_CALLING && k.server[p] == pd)
		__CPROVER_assume(k.state[p] == STATE_READY &&
				 ready == !is_exhausted(k.context[p]));
	else
		__CPROVER_assume(k.state[p] == old_state[p] &&
				 ready == was_ready(pd_constants[p].domain, p));
}

static void aborted_by_contract(struct core *core, pd_t of)
{
	bool own = valid(some_id) && pd_constants[some_id].domain == some_domain;

	assert(of == pd);
	__CPROVER_array_copy(old_state, k.state);
	__CPROVER_array_copy(old_ready, k.core[0].ready);
	__CPROVER_havoc_object(k.state);
	__CPROVER_havoc_object(k.core[0].ready);
	k.callers[pd] = 0;
	k.waiting[pd] &= ~WAITING_CALL;
	__CPROVER_assume(k.state[PD_NONE] == old_state[PD_NONE]);
	__CPROVER_assume(
		own || is_ready(some_domain, some_id) == was_ready(some_domain, some_id));
	if (old_state[some] == STATE_CALLING && k.server[some] == pd)
		arch_set_results(some, STATUS_OK, ABORTED);
	aborted_at(pd);
	aborted_at(some);
	aborted_at(caller_table[some * 64u + (63u - some_bit)].pd);
	aborted_at(child_table[some * 64u + (63u - some_bit)].pd);
	aborted_at(k.serving[some]);
	aborted_at(k.server[some]);
	aborted_at(k.lender[some]);
	if (some_irq < system_header.num_irqs)
		aborted_at(irq_constants[some_irq].pd);
}

#include "control.c"

/* The words of whom it waited for lose its bit; its own, what is no fault of a child. */
static bool stopped_words(struct about a)
{
	uint64_t bit = 1ull << (k.call_bit[pd] & 63u);
	uint64_t fault = 1ull << (pd_constants[pd].fault_bit & 63u);

	if (some == pd)
		return a.callers == 0 && (a.waiting & ~WAITING_FAULT) == 0;
	if (state == STATE_CALLING && some == server)
		return a.callers == (was.callers & ~bit) && a.faults == was.faults &&
		       ((a.waiting ^ was.waiting) & ~WAITING_CALL) == 0;
	if (state == STATE_FAULTED && some == parent)
		return a.faults == (was.faults & ~fault) && a.callers == was.callers &&
		       ((a.waiting ^ was.waiting) & ~WAITING_FAULT) == 0;
	return same_words(a);
}

static uint8_t stopped_state(void)
{
	if (some == client)
		return was.state == STATE_SERVED ? STATE_READY : STATE_FAULTED;
	if (some != pd)
		return was.state == STATE_CALLING && was.server == pd ? STATE_READY
								      : was.state;
	return state == STATE_RECEIVING || state == STATE_STOPPED_RECEIVING
		       ? STATE_STOPPED_RECEIVING
		       : STATE_STOPPED;
}

/* Whose call ends learns it. */
static bool aborted(void)
{
	bool ends = some == pd ? state == STATE_CALLING
		    : was.state == STATE_SERVED
			    ? some == client
			    : was.state == STATE_CALLING && was.server == pd;

	return ends ? told_results(STATUS_OK, ABORTED) : told_nothing();
}

static bool stopped(struct about a)
{
	bool returned = some == owner && owner != pd && a.holder == client;
	bool masked = some_irq < system_header.num_irqs &&
		      irq_constants[some_irq].pd == pd && was.irq_state != IRQ_MASKED;

	return same_rest(a) && a.server == was.server &&
	       a.serving == (some == pd ? PD_NONE : was.serving) &&
	       a.context == (some == pd ? pd : was.context) &&
	       (a.holder == was.holder || returned) && stopped_words(a) &&
	       a.state == stopped_state() &&
	       (a.ready == was.ready || a.state != was.state) &&
	       a.irq_state == (masked ? IRQ_HELD : was.irq_state);
}

int main(void)
{
	pd = assume_child();
	state = k.state[pd];
	client = k.serving[pd];
	owner = k.context[pd];
	server = state == STATE_CALLING ? k.server[pd] : PD_NONE;
	parent = pd_constants[pd].parent;
	assume_at(client);
	assume_at(server);
	__CPROVER_assume(first_at(some));
	if (state == STATE_FAULTED)
		assume_at(parent);
	spec_before();
	control_stop_pd(core_self(), pd);
	assert_invariant();
	assert(stopped(about_some()));
	assert(aborted());
	REACHABLE();
	return 0;
}
