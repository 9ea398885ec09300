/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the scheduler's choice to the frame that runs: from what the cuts of the entries
 * assert, who was chosen runs, on his context and in his address space; C holds, and
 * all else does. A file for each of the scheduler's functions says:
 *
 *   WAY     the real call
 *   CHOSEN  what its cut asserts of who was chosen, `other`
 *
 * ELSEWHERE: what follows when the scheduler chooses is proved in another file.
 */
#pragma once

#define SCHEDULER
#include "paid.h"

#ifndef ELSEWHERE
#define ELSEWHERE false
#endif

#include "budget.c"
#include "schedule.h"

/* The one who is chosen, `other`: choose.c, and the cuts. */
static bool is_chosen(void)
{
	uint8_t domain = k.core[0].domain;

	return valid(other) && is_ready(domain, other) &&
	       (!is_ready(domain, some) ||
		       pd_constants[some].priority <= pd_constants[other].priority);
}

static pd_t choose_by_contract(void)
{
	__CPROVER_assume(!ELSEWHERE);
	__CPROVER_assume(
		other == PD_NONE ? !is_ready(k.core[0].domain, some) : is_chosen());
	__CPROVER_havoc_object(k.cursor);
	__CPROVER_assume(cursor_at(some));
	return other;
}

/*
 * Without a charge the time of a slice is taken all the same, and no other's. None is if
 * the context is the same, or neither the last nor this one ever ends.
 */
static bool is_paid(struct account was, pd_t running, uint64_t since)
{
	pd_t context = k.core[0].context;

	if (charged)
		return true;
	if (k.core[0].since != counter_now &&
		!(running == context || (is_endless(running) && is_endless(context))))
		return false;
	was.left -= some == running ? (int64_t)(k.core[0].since - since) : 0;
	return same_account(some, was);
}

#define schedule_choose(s, core) choose_by_contract()
#include "schedule.c"

int main(void)
{
	pd_t from = k.core[0].current;
	pd_t running = k.core[0].context;
	uint8_t domain = k.core[0].domain;
	uint64_t since = k.core[0].since;
	struct account was;

	charged = false;
	assume_some();
	assume_payer();
	__CPROVER_assume(inside == from && (from == PD_NONE || trapped == from));
	other = nondet_uint8();
	assume_member(some, domain);
	assume_member(other, domain);
	if (valid(other)) {
		__CPROVER_assume(ready_at(other) && lent_at(other) && served_at(other));
		__CPROVER_assume(alone_at(other) && constants_good(k.context[other]));
		__CPROVER_assume(
			budget_at(k.context[other]) && lender_at(k.context[other]));
	}
	if (running != PD_NONE)
		__CPROVER_assume(lender_at(running));
	__CPROVER_assume(CHOSEN);
	was = account_of(some);
	WAY;
	assert(k.core[0].current == other && running_holds(some));
	assert(core_holds() && member_at(some_id, some_domain) && spent_at(some_id));
	assert(ready_at(some) && lent_at(some) && lender_at(some));
	assert(budget_at(some) && cursor_at(some));
	assert(resumed == k.core[0].current && inside == resumed);
	assert(is_paid(was, running, since) && timer_holds());
	assert(resumed == PD_NONE || trapped == resumed);
	REACHABLE();
	return 0;
}
