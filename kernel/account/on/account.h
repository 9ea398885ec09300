/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accounting: what each PD used, for those who hold a statistics capability.
 */
#pragma once

#include <kernel/statistics.h>

#include "kernel.h"

struct account {
	struct pd_statistics pd[PD_MAX]; /* now_ticks: not used */
	uint64_t since;                  /* when the running PD was switched to */
};

extern struct account account;

void account_switch(pd_t from, pd_t to);

static inline void account_call(pd_t pd)
{
	account.pd[pd].calls++;
}

static inline void account_receive(pd_t pd)
{
	account.pd[pd].receives++;
}

static inline void account_notification(pd_t pd)
{
	account.pd[pd].notifications++;
}

static inline void account_fault(pd_t pd)
{
	account.pd[pd].faults++;
}

static inline void account_restart(pd_t pd)
{
	account.pd[pd].restarts++;
}

static inline void account_overrun(pd_t pd)
{
	account.pd[pd].overruns++;
}

/* Word `word` of struct pd_statistics, 0..STATISTICS_WORDS-1. */
uint64_t account_read(pd_t pd, unsigned word);
