/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * budget_charge() as charge.h says, at `some` and at another PD, for who charges.
 */
#pragma once

#define CALL_budget_charge charge_by_contract
#include "charge.h"

static pd_t other; /* PD_NONE if it is nobody */
static bool charged;

/* The state of who charges: of the context that pays, and of the timer. */
static inline void assume_payer(void)
{
	pd_t payer = k.core[0].context;

	__CPROVER_assume(core_named());
	if (payer != PD_NONE)
		__CPROVER_assume(constants_good(payer) && budget_at(payer));
	__CPROVER_assume(timer_holds());
}

static inline void charge_havoc(void)
{
	__CPROVER_havoc_object(k.left);
	__CPROVER_havoc_object(k.tail_amount);
	__CPROVER_havoc_object(k.head_time);
	__CPROVER_havoc_object(k.tail_time);
	__CPROVER_havoc_object(k.context);
	__CPROVER_havoc_object(k.holder);
	__CPROVER_havoc_object(k.lender);
	__CPROVER_havoc_object(k.flags);
	__CPROVER_havoc_object(k.cursor);
	__CPROVER_havoc_object(k.core[0].ready);
	__CPROVER_havoc_object(k.core[0].exhausted);
	k.core[0].release = nondet_uint64();
	k.core[0].event = nondet_uint64();
}

static void charge_by_contract(struct core *core, uint64_t now)
{
	pd_t payer = k.core[0].context;
	pd_t lender = payer == PD_NONE ? PD_NONE : k.lender[payer];
	pd_t fund = valid(other) ? k.context[other] : PD_NONE;
	struct account was = account_of(some);
	struct account second = account_of(valid(other) ? other : some);

	assert(core_holds() && (payer == PD_NONE || valid(payer)));
	assert(now == counter_now && now >= k.core[0].since);
	charged = true;
	charge_havoc();
	k.core[0].since = now;
	__CPROVER_assume(core_holds());
	__CPROVER_assume(member_at(some_id, some_domain) && spent_at(some_id));
	__CPROVER_assume(member_at(some, k.core[0].domain));
	__CPROVER_assume(charge_holds(some) && charge_takes(some, was, payer, lender));
	if (valid(other))
		__CPROVER_assume(charge_takes(other, second, payer, lender));
	if (valid(fund))
		__CPROVER_assume(budget_at(fund));
	if (valid(payer))
		__CPROVER_assume(constants_good(payer) && budget_at(payer));
}
