/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is taken out of a context's refills is no more than was used, but for a little: what
 * was usable at the start and was not used still is; once that is used up, what is left of
 * the tail is usable when it was.
 */
#include "harness.h"

#include "budget.c"

int main(void)
{
	uint64_t start = k.core[0].since;
	uint64_t tail = k.tail_time[some];
	int64_t used = nondet_int64();
	int64_t first = k.left[some], second = k.tail_amount[some];
	int64_t little;

	__CPROVER_assume(header_good() && core_holds() && valid(some));
	__CPROVER_assume(constants_good(some) && !is_slice(some) && budget_at(some));
	__CPROVER_assume(k.head_time[some] <= start && used >= 0);
	little = (int64_t)(pd_constants[some].budget >> RESIDUE_SHIFT);
	if (tail <= start) {
		first += second;
		second = 0;
	}
	refills_take(some, used, start);
	if (used < first - little)
		assert(k.head_time[some] <= start && k.left[some] == first - used);
	else if (used >= first && used - first < second - little)
		assert(k.head_time[some] == tail &&
			k.left[some] == second - (used - first));
	REACHABLE();
	return 0;
}
