/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The induction step of owner_at(): if S and H hold at a PD and at whom it serves,
 * who ranks lower, and owner_at() does there, then it holds at the PD.
 */
#include "harness.h"

int main(void)
{
	pd_t client = k.serving[some];

	fresh = PD_NONE;
	__CPROVER_assume(header_good() && valid(some));
	__CPROVER_assume(constants_good(some) && served_at(some) && lent_at(some));
	if (valid(client) && rank[client] < rank[some])
		__CPROVER_assume(owner_at(client));
	assert(owner_at(some));
	REACHABLE();
	return 0;
}
