/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_REPLY_RECEIVE, SYS_RECEIVE: what is not the short path, up to where the caller waits
 * or receives (wait.c), or stops a child by its reply to a fault. It is cut where the debt
 * of a caller who runs at a lender's cost is settled (settle.c), before anything has
 * changed; from there it goes on as without one. Then he may not be ready any more, so
 * it begins without C.
 */
#define CALL_ipc_wait receive_begins
#include "paid.h"
#include "spec.h"

#include "control.h"

static pd_t pd, client, owner; /* owner: of the context that it runs on */
static bool replies, stops, begun;
static uint64_t info;

/* All but R at the caller, whose own context may be exhausted: wait.c begins so. */
static void assert_but_ready(void)
{
	ready_update(core_self(), pd);
	assert_invariant();
}

static void receive_begins(struct core *core, pd_t of)
{
	assert(of == pd && !begun);
	assert(k.serving[pd] == PD_NONE && k.state[pd] == STATE_READY);
	assert_but_ready();
	begun = true;
}

void control_stop_pd(struct core *core, pd_t child)
{
	assert(replies && child == client && valid(child) && !stops);
	assert(k.state[child] == STATE_FAULT_LEFT && info >> MSGINFO_LABEL_SHIFT != 0);
	assert_but_ready();
	stops = true;
}

void budget_settle(struct core *core, pd_t of)
{
	assert(of == pd && !is_served(of) && same(about_some()) && timer_holds());
	__CPROVER_assume(k.lender[of] == PD_NONE);
}

#include "fault.c"
#include "ipc.c"

/* What becomes of the client: a fault is left unless the reply ends it. */
static uint8_t client_state(void)
{
	if (was.state == STATE_SERVED)
		return STATE_READY;
	return replies && info >> MSGINFO_LABEL_SHIFT == 0 ? STATE_READY
							   : STATE_FAULT_LEFT;
}

/* A reply that is malformed is none; a fault is not told of its own. */
static bool replied(void)
{
	if (some != client || client == PD_NONE || was.state != STATE_SERVED)
		return told_nothing();
	return replies && !is_malformed(info) ? told_message(STATUS_OK, info, pd)
					      : told_results(STATUS_OK, ABORTED);
}

static bool ended(struct about a)
{
	bool returned = some == owner && owner != pd && a.holder == client;

	if (!same_words(a) || !same_irq(a) || !same_rest(a) || a.server != was.server ||
		(a.holder != was.holder && !returned))
		return false;
	if (some == pd)
		return a.serving == PD_NONE && a.state == was.state && a.context == some;
	if (a.serving != was.serving || a.context != was.context)
		return false;
	if (some == client)
		return a.state == client_state();
	return a.state == was.state && a.ready == was.ready;
}

int main(void)
{
	struct about now;

	begun = stops = false;
	assume_state();
	assume_payer();
	pd = k.core[0].current;
	__CPROVER_assume(valid(pd));
	assume_at(pd);
	__CPROVER_assume(k.state[pd] == STATE_READY);
	client = k.serving[pd];
	owner = k.context[pd];
	assume_at(client);
	__CPROVER_assume(first_at(some));
	info = nondet_uint64();
	replies = nondet_bool();
	spec_before();
	if (replies)
		reply_receive_full(core_self(), info);
	else
		receive_full(core_self());
	assert(begun);
	now = about_some();
	assert(same_core() && replied());
	assert(client == PD_NONE ? same(now) && same_irq(now) : ended(now));
	REACHABLE();
	return 0;
}
