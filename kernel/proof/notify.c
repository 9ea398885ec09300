/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_NOTIFY. */
#define ENTRY notification_notify(slot, 0, 0)
#define ASSUME (assume_at(cap.target), assume_two(pd, cap.target))
#define AFTER same_irq(now) && spec_notify(now, type, cap)
#include "entry.h"
