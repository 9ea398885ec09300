/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_withdraw(), from every state of the invariant but for C, of a PD that is served. If
 * who serves it runs at somebody's cost, the proof is cut at budget_forgive(): until then
 * nothing has changed, and that leaves the invariant and nobody who pays for the server
 * (forgive.c), so it goes on as from the start without a debt. budget_revoke() does what
 * loans.h says.
 */
#include "child.h"
#include "loans.h"

#include "budget.h"
#include "fault.h"
#include "ipc.h"

static pd_t pd, server, owner; /* owner: of the context that it runs on */
static bool revoked;

/* What forgive.c says of the server, which runs on its own context. */
void budget_forgive(struct core *core, pd_t lender)
{
	struct account a = account_of(server);

	assert(valid(lender) && k.lender[server] == lender && !revoked);
	assert(same(about_some()) && core_holds() && core_named() && timer_holds());
	a.lender = PD_NONE;
	__CPROVER_havoc_object(k.context);
	__CPROVER_havoc_object(k.lender);
	__CPROVER_havoc_object(k.core[0].ready);
	__CPROVER_havoc_object(k.core[0].exhausted);
	__CPROVER_assume(charge_takes(server, a, nondet_uint8(), nondet_uint8()));
	assert(k.lender[server] == PD_NONE);
	__CPROVER_assume(false);
}

static void revoked_at(pd_t p)
{
	if (!valid(p))
		return;
	__CPROVER_assume(constants_good(p));
	__CPROVER_assume(loan_revoked(p, owner, PD_NONE) && holder_revoked(p, owner));
	__CPROVER_assume(member_revoked(p, pd_constants[p].domain, owner));
}

void budget_revoke(struct core *core, pd_t context, pd_t lender)
{
	assert(context == owner && lender == PD_NONE && !revoked);
	assert(k.holder[owner] != pd);
	revoked = true;
	old_loans();
	__CPROVER_havoc_object(k.context);
	__CPROVER_havoc_object(k.holder);
	__CPROVER_havoc_object(k.lender);
	__CPROVER_havoc_object(k.flags);
	__CPROVER_havoc_object(k.core[0].ready);
	revoked_at(some);
	revoked_at(pd);
	revoked_at(server);
	revoked_at(owner);
	revoked_at(k.core[0].context);
	revoked_at(k.serving[some]);
	revoked_at(k.server[some]);
	revoked_at(old_context[some]);
	revoked_at(old_holder[some]);
	revoked_at(old_lender[some]);
	__CPROVER_assume(member_revoked(some_id, some_domain, owner));
	__CPROVER_assume(loan_same(PD_NONE) && k.holder[PD_NONE] == old_holder[PD_NONE]);
}

#include "ipc.c"

/* Nobody pays: its service has ended, and the loan of its context with it. */
static bool withdrawn(struct about a)
{
	bool moved = revoked && was.context == owner && some != owner;

	if (!same_rest(a) || !same_words(a) || !same_irq(a) || a.server != was.server)
		return false;
	if (a.serving != (some == server ? PD_NONE : was.serving) ||
		a.context != (moved ? some : was.context) ||
		a.holder != (revoked && some == owner ? owner : was.holder))
		return false;
	if (some == pd)
		return a.state == STATE_READY;
	return a.state == was.state && (moved || a.ready == was.ready);
}

int main(void)
{
	revoked = false;
	pd = assume_child();
	__CPROVER_assume(is_served(pd));
	server = k.server[pd];
	owner = k.context[pd];
	assume_at(server);
	__CPROVER_assume(above_at(server) && first_at(some));
	spec_before();
	ipc_withdraw(core_self(), pd);
	assert(core_named() && timer_holds() && k.lender[server] == PD_NONE);
	assert_invariant();
	assert(withdrawn(about_some()));
	assert(some == pd && was.state == STATE_SERVED ? told_results(STATUS_OK, ABORTED)
						       : told_nothing());
	REACHABLE();
	return 0;
}
