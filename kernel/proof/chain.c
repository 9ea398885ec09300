/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The induction steps. Of owner_at(), below_at() and first_at(): if S, H and L hold at a PD
 * and at whom it serves, who ranks lower, and they do there, then they hold at the PD. Of
 * alone_at() and above_at(): the same from the server, who ranks higher; ranks have an end.
 */
#include "harness.h"

int main(void)
{
	pd_t client = k.serving[some];
	pd_t server = is_served(some) ? k.server[some] : PD_NONE;

	fresh = PD_NONE;
	__CPROVER_assume(header_good() && valid(some));
	__CPROVER_assume(constants_good(some) && served_at(some) && lent_at(some));
	__CPROVER_assume(lender_at(some));
	if (valid(client) && rank[client] < rank[some])
		__CPROVER_assume(
			owner_at(client) && below_at(client) && first_at(client));
	assert(owner_at(some));
	assert(below_at(some));
	assert(first_at(some));
	if (valid(server))
		__CPROVER_assume(served_at(server));
	if (valid(server) && rank[some] < rank[server])
		__CPROVER_assume(alone_at(server) && above_at(server));
	assert(alone_at(some));
	assert(above_at(some));
	REACHABLE();
	return 0;
}
