/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * budget_timer(): D (timer_holds), whatever the timer was set to before; and it is set no
 * earlier than it must come, and nothing else changes. Who calls it last is at rest then.
 */
#include "charge.h"

#include "budget.c"

int main(void)
{
	pd_t context = k.core[0].context, current = k.core[0].current;
	uint64_t since = k.core[0].since, event = k.core[0].event;
	uint64_t release = k.core[0].release, end = k.core[0].domain_end;
	struct account was;

	assume_some();
	__CPROVER_assume(core_named());
	assume_at(context);
	was = account_of(some);
	budget_timer((struct core *)0);
	assert(timer_holds());
	assert(timer_now == event ||
		(context != PD_NONE && timer_now == since + (uint64_t)k.left[context]));
	assert(k.core[0].context == context && k.core[0].current == current);
	assert(k.core[0].since == since && k.core[0].event == event);
	assert(k.core[0].release == release && k.core[0].domain_end == end);
	assert(same_account(some, was));
	REACHABLE();
	return 0;
}
