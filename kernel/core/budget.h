/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling contexts: who pays for the time that a PD runs.
 */
#pragma once

#include <arch/arch.h>

#include "kernel.h"

/* Fills every context; before the first PD runs. */
void budget_boot(void);

/*
 * Charges the running context up to now, and ends its slice or budget if that
 * used it up. Ensures: core->since is now.
 */
void budget_charge(struct core *core, uint64_t now);

/* Makes contexts whose refill is due usable again; sets core->release. */
void budget_release(struct core *core, uint64_t now);

/* Programs the timer for what comes first: end of budget, refill, domain. */
void budget_timer(struct core *core);

/* Charges and changes the running context; either may be PD_NONE (idle). */
void budget_switch(struct core *core, pd_t context);

/*
 * The same where nothing is charged and the timer stays: neither a slice that may end nor
 * a lender's budget runs, before or afterwards. Returns false, and has done nothing, in
 * any other case.
 */
static inline bool budget_switch_endless(
	const struct kernel *s, struct core *core, pd_t context)
{
	if ((s->flags[core->context] & s->flags[context] & FLAGS_ENDLESS) !=
		FLAGS_ENDLESS)
		return false;
	core->context = context;
	return true;
}

/* The same where that is so, or a slice has not ended, and the context is somebody's. */
static inline bool budget_switch_short(struct kernel *s, struct core *core, pd_t context)
{
	pd_t old = core->context;
	uint64_t now;
	uint64_t end;
	int64_t left;

	if (LIKELY(budget_switch_endless(s, core, context)))
		return true;
	if ((s->flags[old] & FLAG_SHORT) == 0)
		return false;
	now = arch_counter();
	left = s->left[old] - (int64_t)(now - core->since);
	if (left <= 0)
		return false;
	s->left[old] = left;
	core->since = now;
	core->context = context;
	end = now + (uint64_t)s->left[context];
	arch_timer_set(end < core->event ? end : core->event);
	return true;
}

/*
 * The PD stops running on a context lent to it (reply, abort, restart): time
 * that it ran beyond a lent budget is charged to the lender. Sets the timer.
 */
void budget_settle(struct core *core, pd_t pd);

/* The lender's calls end: whoever ran on at its cost does so at his own. Sets the timer. */
void budget_forgive(struct core *core, pd_t lender);

/*
 * The context goes home to its owner; every other PD that named it goes on with
 * its own, on the account of `lender` (PD_NONE: of nobody).
 */
void budget_revoke(struct core *core, pd_t context, pd_t lender);
