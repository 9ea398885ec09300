/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs: the first PD of the running domain's ready set, and within its
 * priority the one whose turn it is.
 */
#pragma once

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

	if (first == PD_NONE || (pd_constants[first].flags & PD_ALONE) != 0)
		return first;
	return schedule_turn(set, first);
}

/* Makes a ready PD the running one. */
static inline void schedule_switch(struct core *core, pd_t pd)
{
	account_switch(core->current, pd);
	if (k.context[pd] != core->context)
		budget_switch(core, k.context[pd]);
	arch_switch(core->current, pd);
	core->current = pd;
}

/* Chooses and switches: every entry ends so, or knows the outcome. */
void schedule(struct core *core);

/* The timer has fired: budgets, refills and domains. */
void schedule_tick(struct core *core);

/* Starts the first domain, or the only one. */
void schedule_boot(struct core *core);
