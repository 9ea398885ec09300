/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schedule_choose() chooses a ready PD of the running domain, PD_NONE only if
 * there is none; none of a lower id outside its level is ready, so none of a
 * higher priority is; within its level it is the first from the cursor on, and
 * the first of all if there is none there.
 *
 * set_first() and set_next() enter by what set.c proves of them, at the PDs
 * that are named here.
 */
#include "ready.h"

#include "state.h"

struct kernel k;

static pd_t witness;
static pd_t first; /* what set_first() says */
static pd_t next;  /* what set_next() says */

static bool member(pd_t p)
{
	return is_ready(k.core[0].domain, p);
}

/* No member of the set that is at or behind `from` is before `found`. */
static void assume_least(pd_t found, pd_t from, pd_t p)
{
	if (p < PD_MAX && p >= from && member(p))
		__CPROVER_assume(found != PD_NONE && found <= p);
}

static pd_t proved_first(set_t set)
{
	assert(set == k.core[0].domain * SET_WORDS);
	return first;
}

static pd_t proved_next(set_t set, pd_t from)
{
	assert(set == k.core[0].domain * SET_WORDS);
	next = nondet_uint8();
	if (next != PD_NONE)
		__CPROVER_assume(next < PD_MAX && next >= from && member(next));
	assume_least(next, from, witness);
	assume_least(next, from, first);
	assume_least(first, 0, next);
	return next;
}

#define set_first proved_first
#define set_next proved_next
#include "schedule.c"

static bool same_level(pd_t p, pd_t q)
{
	return pd_constants[p].level_first <= q && q <= pd_constants[p].level_last;
}

int main(void)
{
	const struct core *core = &k.core[0];
	pd_t cursor = 0;
	pd_t chosen;

	witness = arbitrary_pd();
	first = nondet_uint8();
	__CPROVER_assume(core->domain < DOMAIN_MAX && table_at(witness));
	__CPROVER_assume(k.flags[PD_NONE] == PD_ALONE);
	assume_least(first, 0, witness);
	if (first != PD_NONE) {
		__CPROVER_assume(first < PD_MAX && member(first) && table_at(first));
		__CPROVER_assume((k.flags[first] & PD_ALONE) == 0 ||
				 pd_constants[first].level_first ==
					 pd_constants[first].level_last);
		cursor = k.cursor[pd_constants[first].level_first];
		__CPROVER_assume(same_level(first, cursor));
	}
	chosen = schedule_choose(&k, core);
	assert((chosen == PD_NONE) == (first == PD_NONE));
	assert(chosen != PD_NONE || !member(witness));
	if (chosen != PD_NONE) {
		assert(chosen < PD_MAX);
		assert(member(chosen));
		assert(same_level(first, chosen));
		if (member(witness)) {
			bool level = same_level(first, witness);

			assert(witness >= chosen || level);
			assert(!level || witness < cursor ||
				(cursor <= chosen && chosen <= witness));
			assert(!level || chosen >= cursor || chosen <= witness);
		}
	}
	REACHABLE();
	return 0;
}
