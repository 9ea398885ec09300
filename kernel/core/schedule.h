/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs: the first PD of the running domain's ready set, and within its
 * priority the one whose turn it is.
 *
 * Every entry into the kernel ends with a function that returns the frame of
 * the PD that runs on, or arch_idle() if nobody does.
 */
#pragma once

#include <arch/arch.h>

#include "account.h"
#include "budget.h"
#include "ready.h"

/* Within the level of `first`: from the cursor on, and round. */
static INLINE pd_t schedule_turn(const uint64_t set[SET_WORDS], pd_t first)
{
	const struct pd_constant *pd = &pd_constants[first];
	pd_t cursor = k.cursor[pd->level_first];
	pd_t next = first;

	if (cursor > first) /* else nobody of the set is in between */
		next = set_next(set, cursor, pd->level_last);
	if (next == PD_NONE)
		next = first;
	k.cursor[pd->level_first] = next;
	return next;
}

/* Who is to run now, PD_NONE for nobody. */
static inline pd_t schedule_choose(const struct kernel *s, const struct core *core)
{
	const uint64_t *set = core->ready[core->domain];
	pd_t first = set_first(set);

	if (LIKELY((s->flags[first] & PD_ALONE) != 0)) /* PD_NONE is */
		return first;
	return schedule_turn(set, first);
}

/* Nobody of its level has the turn before `first`, the first of it that is ready. */
static inline bool schedule_has_turn(const struct kernel *s, pd_t first)
{
	return LIKELY((s->flags[first] & PD_ALONE) != 0) ||
	       s->cursor[pd_constants[first].level_first] == first;
}

/* The same PD goes on. */
static inline struct frame *schedule_stay(const struct core *core)
{
	return arch_frame(core->current);
}

/* Makes a ready PD the running one, whatever ran before. */
struct frame *schedule_switch_full(struct core *core, pd_t pd);

/* The same, from the PD that runs, `from`, to one that runs on the same context. */
static INLINE struct frame *schedule_pass(struct core *core, pd_t from, pd_t pd)
{
	if (UNLIKELY(!arch_traps_equal(from, pd)))
		return schedule_switch_full(core, pd);
	account_switch(from, pd);
	arch_leave(from);
	arch_enter(pd);
	core->current = pd;
	return arch_frame(pd);
}

/* The same, from the PD that runs on the context `running`; short if it may. */
static INLINE struct frame *schedule_switch(
	struct kernel *s, struct core *core, pd_t from, pd_t running, pd_t pd)
{
	pd_t context = s->context[pd];

	if (context != running && UNLIKELY(!budget_switch_short(s, core, context)))
		return schedule_switch_full(core, pd);
	return schedule_pass(core, from, pd);
}

/* Chooses and switches. */
struct frame *schedule(struct core *core);

/*
 * The same after the running PD has stopped being ready; short if the next one
 * is among the first 64 and it is its turn. running: the context that runs.
 */
static INLINE struct frame *schedule_next(
	struct kernel *s, struct core *core, pd_t from, pd_t running)
{
	uint64_t word = core->ready[core->domain][0];
	unsigned first;

	if (UNLIKELY(word == 0))
		return schedule(core);
	first = (unsigned)__builtin_clzll(word);
	if (UNLIKELY(!schedule_has_turn(s, (pd_t)first)))
		return schedule(core);
	return schedule_switch(s, core, from, running, (pd_t)first);
}

/* The timer has fired: budgets, refills and domains. */
struct frame *schedule_tick(struct core *core);

/* Starts the first domain, or the only one. */
void schedule_boot(struct core *core);
