/* SPDX-License-Identifier: BSD-2-Clause */
/* A fault of the PD that runs, which has a parent: it is delivered, or it waits. */
#define ENTRY fault_raise(core_self())
#define ASSUME                                                     \
	pd_t parent = pd_constants[pd].parent;                     \
	uint64_t bit = 1ull << (pd_constants[pd].fault_bit & 63u); \
	__CPROVER_assume(valid(parent));                           \
	assume_at(parent);                                         \
	bool now_too = k.state[parent] == STATE_RECEIVING;         \
	peer_find(parent, now_too ? 0 : WAITING_FAULT, bit, 0);    \
	peer_assume(parent);                                       \
	if (!now_too)                                              \
	fresh = lent = PD_NONE
#define AFTER                                                                     \
	cut &&same_irq(now) && same_budget(now) &&                                \
		(now_too ? some == parent ? peer_receiver(now) && same_words(now) \
					  : peer_other(now, parent)               \
			 : raised(now, pd, parent, bit))
#include "peer.h"

/* The fault waits. */
static inline bool raised(struct about a, pd_t pd, pd_t parent, uint64_t bit)
{
	if (some == pd)
		return a.state == STATE_FAULTED && !a.ready && same_links(a) &&
		       same_words(a);
	if (some == parent)
		return a.faults == (was.faults | bit) &&
		       a.waiting == (was.waiting | WAITING_FAULT) &&
		       a.callers == was.callers && a.state == was.state &&
		       a.ready == was.ready && same_links(a);
	return same(a);
}

#include "entry.h"
