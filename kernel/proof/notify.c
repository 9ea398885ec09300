/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_NOTIFY. */
#define ENTRY notification_notify(slot, nondet_uint64(), nondet_uint64())
#define ASSUME (assume_at(cap.target), assume_two(pd, cap.target))
#define AFTER same_irq(now) && spec_notify(now, pd, type, cap)
#include "entry.h"
