/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_RECEIVE: nobody served and nothing waiting, or nothing, and the rest is replies.c's.
 * Of C it needs that the caller runs: after a signal (receives.c) somebody more urgent may
 * be ready.
 */
#define URGENT k.core[0].current
#define ENTRY ipc_receive(slot, argument, nondet_uint64())
#define ASSUME               \
	is_diverted = false; \
	is_short = k.serving[pd] == PD_NONE && k.waiting[pd] == 0
#define AFTER                                       \
	same_irq(now) && is_diverted != is_short && \
		(is_short ? spec_receive(now, pd) : same(now) && told_nothing())
#include "divert.h"

static bool is_short;

#include "entry.h"
