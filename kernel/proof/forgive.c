/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * budget_forgive(), from every state of the invariant but for C: what has run up to now is
 * charged, then nobody runs at the lender's cost. budget_charge() is what charge.h says
 * (pay.c, charge.c).
 */
#include "old.h"
#include "paid.h"

#undef CALL_budget_charge
#define CALL_budget_charge charge_owed

static pd_t lender;

static void charge_owed(struct core *core, uint64_t now)
{
	assert(!charged);
	charge_by_contract(core, now);
	__CPROVER_array_copy(old_lender, k.lender);
	__CPROVER_array_copy(old_flags, k.flags);
}

/* Before turn i, who is below i and had the lender has none. */
static bool forgiven_below(unsigned i, pd_t p)
{
	if (p >= i || old_lender[p] != lender)
		return k.lender[p] == old_lender[p] && k.flags[p] == old_flags[p];
	return k.lender[p] == PD_NONE &&
	       k.flags[p] == (is_slice(p) ? old_flags[p] | FLAG_SHORT
					  : old_flags[p] & (FLAG_SHORT - 1u));
}

static bool done_below(unsigned i)
{
	return forgiven_below(i, some) && k.flags[PD_NONE] == old_flags[PD_NONE];
}

static void turn_of(unsigned i)
{
	__CPROVER_assume(done_below(i));
	if (valid(k.serving[some]))
		__CPROVER_assume(forgiven_below(i, k.serving[some]));
	if (i < system_header.num_pds)
		__CPROVER_assume(forgiven_below(i, (pd_t)i));
}

static void written(void)
{
	__CPROVER_havoc_object(k.lender);
	__CPROVER_havoc_object(k.flags);
}

#define LOOP_HOLDS(i) done_below(i)
#define LOOP_ASSUME(i) turn_of(i)
#define LOOP_HAVOC written()
#include "loop.h"

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
	lender = nondet_uint8();
	__CPROVER_assume(valid(lender));
	second = payer == PD_NONE ? PD_NONE : k.lender[payer];
	was = account_of(some);
	if (was.lender == lender)
		was.lender = PD_NONE;
	budget_forgive(core_self(), lender);
	assert(charged && k.lender[some] != lender);
	assert(charge_takes(some, was, payer, second));
	assert(core_holds() && core_named() && timer_holds());
	assert(member_at(some_id, some_domain) && spent_at(some_id));
	assert(charge_holds(some));
	REACHABLE();
	return 0;
}
