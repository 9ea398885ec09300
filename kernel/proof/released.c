/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For who operates a child that lends nothing: interrupt_release() by its contract
 * (mask.c), and that there is no debt to forgive (L).
 */
#include "child.h"
#include "budget.h"
#include "interrupt.h"

void interrupt_release(pd_t pd)
{
	release_by_contract(pd);
}

void budget_forgive(struct core *core, pd_t lender)
{
	assert(valid(lender) && !is_served(lender)); /* nobody runs at its cost */
}

void budget_revoke(struct core *core, pd_t context, pd_t lender)
{
	assert(!"no loan is revoked here");
}

void budget_settle(struct core *core, pd_t pd)
{
	assert(!"no debt is settled here");
}
