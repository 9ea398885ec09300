/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_ACK_SIGNAL_RECEIVE: an acknowledgement, and then as SYS_SIGNAL_RECEIVE. */
#define ENTRY notification_ack_signal_receive(argument, slot, nondet_uint64())
#define ASSUME                                                               \
	struct cap second = cap_of(pd, argument);                            \
	uint8_t second_type = argument < CAP_SLOTS ? second.type : CAP_NONE; \
	__CPROVER_assume(argument >= CAP_SLOTS || cap_good(pd, argument));   \
	assume_at(second.target);                                            \
	assume_two(pd, second.target)
#define AFTER cut &&spec_signals(now, type, cap, second_type, second)
#include "entry.h"
