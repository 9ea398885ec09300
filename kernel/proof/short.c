/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the short paths do not call, with unpaid.c.
 */
#include "harness.h"
#include "fault.h"

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
