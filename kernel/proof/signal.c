/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_SIGNAL_RECEIVE: a signal or an acknowledgement, and then SYS_RECEIVE. */
#define ENTRY notification_signal_receive(slot, nondet_uint64(), nondet_uint64())
#define ASSUME (assume_at(cap.target), assume_two(pd, cap.target))
#define AFTER cut &&spec_signals(now, CAP_NONE, cap, type, cap)
#include "entry.h"
