/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accounting.
 */
#include "account.h"

#include <arch/arch.h>

struct account account;

void account_switch(pd_t from, pd_t to)
{
	uint64_t now = arch_counter();

	if (from != PD_NONE)
		account.pd[from].ticks += now - account.since;
	if (to != PD_NONE && to != from)
		account.pd[to].switches++;
	account.since = now;
}

uint64_t account_read(pd_t pd, unsigned word)
{
	const struct pd_statistics *s = &account.pd[pd];
	const uint64_t words[STATISTICS_WORDS] = { s->ticks, s->calls, s->notifications,
		s->faults, s->restarts, s->overruns, s->switches, arch_counter(),
		s->receives };
	uint64_t running = pd == core_self()->current ? arch_counter() - account.since
						      : 0;

	return word == 0 ? words[0] + running : words[word];
}
