/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_CALL. */
#define ENTRY ipc_call(slot, argument, nondet_uint64())
#define ASSUME                                                                        \
	(assume_at(cap.target), assume_two(pd, cap.target), assume_at(k.context[pd]), \
		fresh = k.serving[cap.target] == PD_NONE ? cap.target : PD_NONE)
#define AFTER same_irq(now) && spec_call(now, pd, type, cap, argument)
#include "entry.h"
