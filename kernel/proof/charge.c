/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * budget_charge(), from every state of the invariant, whoever runs: the time since the
 * last charge is taken from the context that ran, and from who lent to it, once each.
 * What that does to a sporadic context is no part of this (pay.c): the state that it
 * leaves is one of the invariant, as what stands here is any.
 */
#define CALL_refills_take refills_taken
#define CALL_refills_check refills_checked
#include "charge.h"

static pd_t payer, lender;
static uint64_t start, now;
static unsigned lender_taken, lender_checked, payer_taken, payer_checked;

static void refills_taken(pd_t context, int64_t used, uint64_t from)
{
	assert(valid(context) && !is_slice(context) && refills_at(context, start));
	assert(from == start && used >= 0 && (uint64_t)used == now - start);
	if (context == payer)
		payer_taken++;
	if (context == lender)
		lender_taken++;
}

static void refills_checked(struct core *core, pd_t context, uint64_t when)
{
	assert(when == now && (context == payer || context == lender));
	if (context == payer && payer_checked++ == 0)
		assert(payer_taken == 1);
	if (context == lender && lender_checked++ == 0)
		assert(lender_taken == 1);
}

#include "budget.c"

/* Of a slice: its time, or all of it anew once it has ended. */
static bool slice_takes(struct account a)
{
	int64_t rest = a.left - (int64_t)(now - start);

	return k.left[some] == (rest > 0 ? rest : (int64_t)pd_constants[some].budget);
}

int main(void)
{
	bool slice, lent;
	struct account was;

	lender_taken = lender_checked = payer_taken = payer_checked = 0;
	assume_some();
	__CPROVER_assume(core_named());
	start = k.core[0].since;
	payer = k.core[0].context;
	assume_at(payer);
	assume_two(some, payer);
	lender = payer == PD_NONE ? PD_NONE : k.lender[payer];
	assume_at(lender);
	slice = payer != PD_NONE && is_slice(payer);
	lent = lender != PD_NONE;
	was = account_of(some);
	now = arch_counter();
	budget_charge((struct core *)0, now);
	assert(k.core[0].since == now && core_holds());
	assert(lender_taken == lent && lender_checked == lent);
	assert(payer_taken == (payer != PD_NONE && !slice));
	assert(payer_checked == payer_taken);
	assert(same_account(some, was) || (slice && some == payer && slice_takes(was)));
	assert(some != payer || !slice || slice_takes(was));
	assert(charge_takes(some, was, payer, payer));
	assert(charge_holds(some));
	REACHABLE();
	return 0;
}
