/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * budget_settle(), from every state of the invariant but for C, of a PD that nobody serves:
 * what has run up to now is charged before its lender is let go. budget_charge() is what
 * charge.h says (pay.c, charge.c).
 */
#include "paid.h"

#undef CALL_budget_charge
#define CALL_budget_charge charge_owed

static pd_t pd, lender;

static void charge_owed(struct core *core, uint64_t now)
{
	assert(!charged && lender != PD_NONE && k.lender[pd] == lender);
	charge_by_contract(core, now);
}

#include "budget.c"

int main(void)
{
	pd_t payer = k.core[0].context;
	pd_t second;
	struct account was;

	charged = false;
	other = PD_NONE;
	assume_some();
	assume_payer();
	pd = nondet_uint8();
	__CPROVER_assume(valid(pd) && !is_served(pd));
	lender = k.lender[pd];
	second = payer == PD_NONE ? PD_NONE : k.lender[payer];
	was = account_of(some);
	if (some == pd)
		was.lender = PD_NONE;
	budget_settle(core_self(), pd);
	assert(k.lender[pd] == PD_NONE && charged == (lender != PD_NONE));
	assert(charge_takes(some, was, payer, second));
	assert(charged || (same_account(some, was) && k.context[some] == was.context));
	assert(core_holds() && core_named() && timer_holds());
	assert(member_at(some_id, some_domain) && spent_at(some_id));
	assert(charge_holds(some));
	REACHABLE();
	return 0;
}
