/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accounting in a kernel that keeps none: nothing, and no cost.
 */
#pragma once

#include "kernel.h"

static inline void account_switch(pd_t from, pd_t to)
{
	(void)from;
	(void)to;
}

static inline void account_call(pd_t pd)
{
	(void)pd;
}

static inline void account_receive(pd_t pd)
{
	(void)pd;
}

static inline void account_notification(pd_t pd)
{
	(void)pd;
}

static inline void account_fault(pd_t pd)
{
	(void)pd;
}

static inline void account_restart(pd_t pd)
{
	(void)pd;
}

static inline void account_overrun(pd_t pd)
{
	(void)pd;
}

static inline uint64_t account_read(pd_t pd, unsigned word)
{
	(void)pd;
	(void)word;
	return 0;
}
