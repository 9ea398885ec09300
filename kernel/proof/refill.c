/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is taken out of a context's refills comes back a period later, no earlier: up
 * to then, at any time t, what may be used is less by what was taken. So no window
 * of a period sees more than the budget.
 */
#include "harness.h"

#include "budget.c"

/* What the context may use up to time t, if it uses nothing before. */
static int64_t usable(pd_t p, uint64_t t)
{
	return (k.head_time[p] <= t ? k.left[p] : 0) +
	       (k.tail_time[p] <= t ? k.tail_amount[p] : 0);
}

int main(void)
{
	uint64_t start = k.core[0].since;
	uint64_t ran = nondet_uint64();
	uint64_t t = nondet_uint64();
	uint64_t head = k.head_time[some];
	pd_t other = nondet_uint8();
	int64_t left = k.left[other];
	int64_t used, before;

	__CPROVER_assume(header_good() && core_holds() && valid(some));
	__CPROVER_assume(constants_good(some) && !is_slice(some) && budget_at(some));
	__CPROVER_assume(ran < TICKS_TOP);
	used = (int64_t)ran;
	__CPROVER_assume(t >= start && t < start + pd_constants[some].period);
	before = usable(some, t);
	refills_take(some, used, start);
	assert(usable(some, t) <= (used < before ? before - used : 0));
	assert(usable(some, NEVER) == (int64_t)pd_constants[some].budget);
	assert(refills_at(some, start) && k.head_time[some] >= head);
	assert(other == some || k.left[other] == left);
	REACHABLE();
	return 0;
}
