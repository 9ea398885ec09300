/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_IRQ_ACK. */
#define ENTRY interrupt_ack(slot, 0, 0)
#define ASSUME (void)0
#define AFTER spec_ack(now, type, cap)
#include "entry.h"
