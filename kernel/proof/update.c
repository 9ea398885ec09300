/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ready_update() makes R hold at its PD whatever held before, keeps it at every
 * other, and changes no other bit of any domain's set.
 */
#include "state.h"

struct kernel k;

int main(void)
{
	pd_t p = arbitrary_pd();
	pd_t w = arbitrary_pd();
	uint8_t domain = nondet_uint8();
	bool before;

	__CPROVER_assume(table_at(p) && table_at(w) && domain < DOMAIN_MAX);
	__CPROVER_assume(k.context[p] < PD_MAX && k.context[w] < PD_MAX);
	__CPROVER_assume(ready_at(w) || w == p);
	before = is_ready(domain, w);
	ready_update(&k.core[0], p);
	assert(ready_at(p));
	assert(w == p || ready_at(w));
	assert((w == p && domain == pd_constants[p].domain) ||
		is_ready(domain, w) == before);
	REACHABLE();
	return 0;
}
