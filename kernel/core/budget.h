/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling contexts: who pays for the time that a PD runs.
 */
#pragma once

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

/* Charges and changes the running context; context may be PD_NONE (idle). */
void budget_switch(struct core *core, pd_t context);

/*
 * The PD stops running on a context lent to it (reply, abort, restart): time
 * that it ran beyond a lent budget is charged to the lender.
 */
void budget_settle(struct core *core, pd_t pd);

/*
 * The context goes home to its owner; every other PD that named it goes on with
 * its own, on the account of `lender` (PD_NONE: of nobody).
 */
void budget_revoke(struct core *core, pd_t context, pd_t lender);
