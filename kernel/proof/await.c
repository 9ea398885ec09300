/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_RECEIVE, nobody served, something waiting. */
#define URGENT k.core[0].current
#define ENTRY ipc_receive(slot, argument, nondet_uint64())
#define ASSUME                                                            \
	__CPROVER_assume(k.serving[pd] == PD_NONE && k.waiting[pd] != 0); \
	peer_find(pd, k.waiting[pd], k.faults[pd], k.callers[pd]);        \
	peer_assume(pd)
#define AFTER                                                       \
	cut &&same_irq(now) && same_rest(now) && peer_told(pd) &&   \
		(some == pd ? peer_receiver(now) && peer_words(now) \
			    : peer_other(now, pd))
#include "peer.h"

#include "entry.h"
