/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs: the first PD of the running domain's ready set, and within its
 * priority the one whose turn it is.
 *
 * Every entry into the kernel ends with a function that returns the frame of
 * the PD that runs on; NULL if nobody does.
 */
#pragma once

#include <stddef.h>

#include <arch/arch.h>

#include "account.h"
#include "budget.h"
#include "ready.h"

/* Within the level of `first`: from the cursor on, and round. */
pd_t schedule_turn(const uint64_t set[SET_WORDS], pd_t first);

/* Who is to run now, PD_NONE for nobody. */
static inline pd_t schedule_choose(const struct core *core)
{
	const uint64_t *set = core->ready[core->domain];
	pd_t first = set_first(set);

	if (first == PD_NONE || LIKELY((pd_constants[first].flags & PD_ALONE) != 0))
		return first;
	return schedule_turn(set, first);
}

/* The same PD goes on. */
static inline struct frame *schedule_stay(const struct core *core)
{
	return arch_frame(core->current);
}

/* Makes a ready PD the running one: any change of context and traps. */
struct frame *schedule_switch_full(struct core *core, pd_t pd);

/* The same; short if it runs on the running context. */
static inline struct frame *schedule_switch(struct core *core, pd_t pd)
{
	if (UNLIKELY(k.context[pd] != core->context || arch_traps_differ(pd)))
		return schedule_switch_full(core, pd);
	account_switch(core->current, pd);
	arch_switch(core->current, pd);
	core->current = pd;
	return arch_frame(pd);
}

/* Chooses and switches. */
struct frame *schedule(struct core *core);

/* The timer has fired: budgets, refills and domains. */
struct frame *schedule_tick(struct core *core);

/* Starts the first domain, or the only one. */
void schedule_boot(struct core *core);
