/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the short paths do not call.
 */
#include "harness.h"
#include "budget.h"
#include "fault.h"

void budget_settle(struct core *core, pd_t pd)
{
	assert(!"a short path settles no debt");
}

void budget_forgive(struct core *core, pd_t lender)
{
	assert(!"a short path forgives no debt");
}

void budget_revoke(struct core *core, pd_t context, pd_t lender)
{
	assert(!"a short path revokes no loan");
}

void fault_receive(struct core *core, pd_t parent)
{
	assert(!"a short path receives no fault");
}

void fault_reply(struct core *core, pd_t parent, pd_t child, uint64_t info)
{
	assert(!"a short path replies to no fault");
}

void fault_withdraw(pd_t child)
{
	assert(!"a short path withdraws no fault");
}
