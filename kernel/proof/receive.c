/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_RECEIVE, nobody served and nothing waiting. Of C it needs that the caller runs:
 * after a signal (receives.c) somebody more urgent may be ready.
 */
#define URGENT k.core[0].current
#define ENTRY ipc_receive(0, 0, 0)
#define ASSUME __CPROVER_assume(k.serving[pd] == PD_NONE && k.waiting[pd] == 0)
#define AFTER same_irq(now) && spec_receive(now, pd)
#include "entry.h"
