/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_IRQ_ACK. */
#define ENTRY interrupt_ack(slot, nondet_uint64(), nondet_uint64())
#define ASSUME (void)0
#define AFTER spec_ack(now, pd, type, cap)
#include "entry.h"
