/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The accounts, of a kernel that keeps them: what each function counts, and that it counts
 * nothing else, of any PD. What is counted of all PDs is an array by itself (rewrite.py).
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/arch.h>

/* What struct pd_statistics has. */
static uint64_t account_ticks[PD_MAX], account_calls[PD_MAX],
	account_notifications[PD_MAX], account_faults[PD_MAX], account_restarts[PD_MAX],
	account_overruns[PD_MAX], account_switches[PD_MAX], account_receives[PD_MAX];

#include "../account/on/account.c"
#include "reachable.h"

struct kernel k;
uint8_t nondet_uint8(void);

pd_t some;      /* seen at any PD */
static pd_t pd; /* done to any */

static struct pd_statistics statistics_of(pd_t p)
{
	struct pd_statistics s = { .ticks = account_ticks[p],
		.calls = account_calls[p],
		.notifications = account_notifications[p],
		.faults = account_faults[p],
		.restarts = account_restarts[p],
		.overruns = account_overruns[p],
		.switches = account_switches[p],
		.receives = account_receives[p] };

	return s;
}

static bool is_still(struct pd_statistics s)
{
	return account_ticks[some] == s.ticks && account_calls[some] == s.calls &&
	       account_notifications[some] == s.notifications &&
	       account_faults[some] == s.faults && account_restarts[some] == s.restarts &&
	       account_overruns[some] == s.overruns &&
	       account_switches[some] == s.switches &&
	       account_receives[some] == s.receives;
}

/* All of the time since the last switch is his who ran. */
static void switches(void)
{
	pd_t from = nondet_uint8(), to = nondet_uint8();
	uint64_t since = account.since;
	struct pd_statistics expected = statistics_of(some);

	__CPROVER_assume((from < PD_MAX || from == PD_NONE) &&
			 (to < PD_MAX || to == PD_NONE) && since <= counter_now);
	account_switch(from, to);
	assert(account.since == counter_now);
	if (some == from)
		expected.ticks += counter_now - since;
	if (some == to && from != to)
		expected.switches++;
	assert(is_still(expected));
}

static void reads(void)
{
	struct pd_statistics was = statistics_of(some), of = statistics_of(pd);
	const uint64_t *words = (const uint64_t *)&of;
	uint64_t since = account.since;
	unsigned word = nondet_uint8();

	__CPROVER_assume(word < STATISTICS_WORDS && since <= counter_now);
	uint64_t read = account_read(pd, word);
	if (word == offsetof(struct pd_statistics, now_ticks) / 8u)
		assert(read <= counter_now);
	else if (word == 0 && pd == k.core[0].current)
		assert(read == of.ticks + (counter_now - since));
	else
		assert(read == words[word]);
	assert(is_still(was) && account.since == since);
}

static void counts(void)
{
	struct pd_statistics expected = statistics_of(some), more = expected;
	uint64_t since = account.since;

	switch (nondet_uint8()) {
	case 0:
		account_call(pd);
		more.calls++;
		break;
	case 1:
		account_receive(pd);
		more.receives++;
		break;
	case 2:
		account_notification(pd);
		more.notifications++;
		break;
	case 3:
		account_fault(pd);
		more.faults++;
		break;
	case 4:
		account_restart(pd);
		more.restarts++;
		break;
	default:
		account_overrun(pd);
		more.overruns++;
	}
	assert(is_still(some == pd ? more : expected));
	assert(account.since == since);
}

int main(void)
{
	some = nondet_uint8();
	pd = nondet_uint8();
	__CPROVER_assume(some < PD_MAX && pd < PD_MAX);
	if (nondet_bool())
		switches();
	else if (nondet_bool())
		reads();
	else
		counts();
	REACHABLE();
	return 0;
}
