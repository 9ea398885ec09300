/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ready_update() makes R hold at its PD whatever held before, keeps it at every
 * other, and changes no other bit of any domain's set.
 */
#include "harness.h"

int main(void)
{
	pd_t p = nondet_uint8();
	pd_t w = nondet_uint8();
	uint8_t domain = nondet_uint8();
	bool before;

	__CPROVER_assume(header_good() && valid(p) && valid(w) && domain < DOMAIN_MAX);
	__CPROVER_assume(constants_good(p) && constants_good(w));
	__CPROVER_assume(valid(k.context[p]) && valid(k.context[w]));
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
