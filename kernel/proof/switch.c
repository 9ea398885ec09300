/* SPDX-License-Identifier: BSD-2-Clause */
/* schedule_switch() and schedule_pass(), from who runs to who has been chosen. */
#define WAY switch_or_pass(from, running)
#define CHOSEN from != PD_NONE &&is_chosen()
#include <arch/arch.h>

#include "kernel.h"

static void switch_or_pass(pd_t from, pd_t running);

#include "resume.h"

static void switch_or_pass(pd_t from, pd_t running)
{
	if (k.context[other] == running && nondet_bool())
		schedule_pass((struct core *)0, from, other);
	else
		schedule_switch(
			(struct kernel *)0, (struct core *)0, from, running, other);
}
