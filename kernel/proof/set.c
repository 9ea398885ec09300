/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of PDs, as in core/ready.h: each operation does to every member what its
 * name says, for every set and every PD. This reads the file as it is.
 */
#include <assert.h>

#include "ready.h"
#include "reachable.h"

struct kernel k;
uint8_t nondet_uint8(void);
uint64_t nondet_uint64(void);

static bool member(const uint64_t set[SET_WORDS], pd_t p)
{
	return (set[p / 64u] >> (63u - p % 64u) & 1u) != 0;
}

int main(void)
{
	uint64_t set[SET_WORDS] = { nondet_uint64(), nondet_uint64(), nondet_uint64(),
		nondet_uint64() };
	pd_t p = nondet_uint8();
	pd_t w = nondet_uint8();
	pd_t first = set_first(set);
	pd_t last = nondet_uint8();
	pd_t next = set_next(set, p, last);
	bool before = member(set, w);

	__CPROVER_assume(p < PD_MAX && w < PD_MAX && last < PD_MAX);
	__CPROVER_assume(set[3] << 62 == 0); /* ids 254 and 255 do not exist */
	assert(set_has(set, w) == before);
	assert(first == PD_NONE ? !before
				: member(set, first) && (!before || first <= w));
	assert(next == PD_NONE || (p <= next && next <= last && member(set, next)));
	assert(!before || w < p || w > last || next <= w);
	if (nondet_uint8() % 2u == 0) {
		set_add(set, p);
		assert(member(set, w) == (before || w == p));
	} else {
		set_remove(set, p);
		assert(member(set, w) == (before && w != p));
	}
	REACHABLE();
	return 0;
}
