/* SPDX-License-Identifier: BSD-2-Clause */
/* budget_revoke() does what loans.h says, whoever is on loan. */
#include "loans.h"

static pd_t context, lender;

/* Before turn i, those below i are done. */
static bool revoked_below(unsigned i, pd_t p)
{
	return p < i ? loan_revoked(p, context, lender) : loan_same(p);
}

static bool member_below(unsigned i, uint8_t id, uint8_t domain)
{
	return id < i ? member_revoked(id, domain, context) : member_same(id, domain);
}

static bool done_below(unsigned i)
{
	return revoked_below(i, some) && member_below(i, some_id, some_domain) &&
	       loan_same(PD_NONE);
}

static void turn_of(unsigned i)
{
	__CPROVER_assume(done_below(i));
	if (i < system_header.num_pds) {
		__CPROVER_assume(constants_good((pd_t)i));
		__CPROVER_assume(revoked_below(i, (pd_t)i));
	}
}

static void written(void)
{
	__CPROVER_havoc_object(k.context);
	__CPROVER_havoc_object(k.lender);
	__CPROVER_havoc_object(k.flags);
	__CPROVER_havoc_object(k.core[0].ready);
}

#define LOOP_HOLDS(i) done_below(i)
#define LOOP_ASSUME(i) turn_of(i)
#define LOOP_HAVOC written()
#include "loop.h"

#include "budget.c"

int main(void)
{
	context = nondet_uint8();
	lender = nondet_uint8();
	__CPROVER_assume(header_good() && valid(context) && valid(some));
	__CPROVER_assume(some_domain < DOMAIN_MAX);
	if (valid(some_id))
		__CPROVER_assume(constants_good(some_id));
	old_loans();
	budget_revoke((struct core *)0, context, lender);
	assert(loan_revoked(some, context, lender));
	assert(member_revoked(some_id, some_domain, context));
	assert(holder_revoked(some, context));
	assert(loan_same(PD_NONE) && k.holder[PD_NONE] == old_holder[PD_NONE]);
	REACHABLE();
	return 0;
}
