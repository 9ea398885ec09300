/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schedule_choose(): a ready PD of the domain and no less urgent than any, of its level
 * the first from the cursor on, and round; or nobody if none is ready. Nothing changes
 * but the cursor of its level, which is there then.
 */
#define SCHEDULER
#include "harness.h"

#include "schedule.c"

/* From the cursor on, and round, p comes no later than q. */
static bool in_turn(pd_t p, pd_t q, pd_t cursor)
{
	return (p >= cursor) == (q >= cursor) ? p <= q : p >= cursor;
}

int main(void)
{
	uint8_t domain = k.core[0].domain;
	pd_t first, next, cursor, level;

	assume_state();
	first = set_first(domain * SET_WORDS);
	assume_member(first, domain);
	assume_member(some, domain);
	assume_two(some, first);
	__CPROVER_assume(first == PD_NONE || cursor_at(first));
	__CPROVER_assume(k.flags[some] == pd_constants[some].flags ||
			 k.flags[some] == (pd_constants[some].flags | FLAG_SHORT));
	__CPROVER_assume(
		first == PD_NONE ||
		(k.flags[first] & PD_ALONE) == (pd_constants[first].flags & PD_ALONE));
	level = pd_constants[some].level_first;
	cursor = k.cursor[level];
	next = schedule_choose(&k, core_self());
	assert((next == PD_NONE) == (first == PD_NONE));
	assert(cursor_at(some));
	if (next == PD_NONE) {
		assert(!is_ready(domain, some) && k.cursor[level] == cursor);
	} else {
		assume_member(next, domain);
		assume_two(first, next);
		assume_two(some, next);
		assert(is_ready(domain, next) && valid(next));
		assert(!is_ready(domain, some) ||
			pd_constants[some].priority <= pd_constants[next].priority);
		if (level != pd_constants[next].level_first)
			assert(k.cursor[level] == cursor);
		else if (is_ready(domain, some))
			assert(in_turn(next, some, cursor));
	}
	REACHABLE();
	return 0;
}
