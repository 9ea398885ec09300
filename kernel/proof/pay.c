/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows when time has been taken out of a sporadic context's refills (refill.c):
 * refills_check(), from every state of the invariant, whoever runs, keeps it, and does
 * what charge.h says. budget_revoke() is what loans.h says (revoke.c).
 */
#define CALL_budget_revoke revoke_by_contract
#include "charge.h"
#include "loans.h"

static pd_t context;

static void revoked_at(pd_t p)
{
	__CPROVER_assume(!valid(p) || loan_revoked(p, context, context));
}

static void revoke_by_contract(struct core *core, pd_t of, pd_t lender)
{
	assert(of == context && lender == context);
	old_loans();
	__CPROVER_havoc_object(k.context);
	__CPROVER_havoc_object(k.lender);
	__CPROVER_havoc_object(k.flags);
	__CPROVER_havoc_object(k.core[0].ready);
	k.holder[context] = context;
	__CPROVER_assume(loan_same(PD_NONE));
	revoked_at(some);
	revoked_at(context);
	revoked_at(old_context[some]);
	revoked_at(old_holder[some]);
	revoked_at(k.serving[some]);
	revoked_at(k.server[some]);
	revoked_at(k.server[context]);
	if (valid(old_lender[some]))
		revoked_at(old_lender[some]);
	__CPROVER_assume(member_revoked(some_id, some_domain, context));
	__CPROVER_assume(member_revoked(some, pd_constants[some].domain, context));
}

#include "budget.c"

/* What refill.c proves of refills_take(), which has run from `start` on. */
static void taken(uint64_t start)
{
	uint64_t head = k.head_time[context];

	k.left[context] = nondet_int64();
	k.tail_amount[context] = nondet_int64();
	k.head_time[context] = nondet_uint64();
	k.tail_time[context] = nondet_uint64();
	__CPROVER_assume(refills_at(context, start) && k.head_time[context] >= head);
}

int main(void)
{
	struct account was;
	uint64_t now;

	assume_some();
	context = nondet_uint8();
	__CPROVER_assume(valid(context) && !is_slice(context));
	__CPROVER_assume(constants_good(context) && served_at(context));
	__CPROVER_assume(lent_at(context) && budget_at(context));
	__CPROVER_assume(alone_at(some));
	assume_at(k.serving[some]);
	was = account_of(some);
	taken(k.core[0].since);
	now = arch_counter();
	refills_check((struct core *)0, context, now);
	assert(k.head_time[context] <= now || is_exhausted(context));
	assert(core_holds());
	assert(charge_takes(some, was, context, context));
	assert(member_at(some_id, some_domain) && spent_at(some_id));
	assert(ready_at(some));
	assert(lent_at(some));
	assert(lender_at(some));
	assert(budget_at(some) && cursor_at(some));
	REACHABLE();
	return 0;
}
