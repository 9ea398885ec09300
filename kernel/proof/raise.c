/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fault of the PD that runs: it is delivered to its parent, or it waits there. One
 * without a parent is stopped (stopped.c), and until then nothing has changed.
 */
#define ENTRY fault_raise(core_self())
#define ASSUME                                                          \
	pd_t parent = pd_constants[pd].parent;                          \
	uint64_t bit = 1ull << (pd_constants[pd].fault_bit & 63u);      \
	bool now_too = valid(parent) && receives(parent);               \
	root_stopped = false;                                           \
	if (valid(parent)) {                                            \
		assume_at(parent);                                      \
		peer_find(parent, now_too ? 0 : WAITING_FAULT, bit, 0); \
		peer_assume(parent);                                    \
	}                                                               \
	if (!now_too)                                                   \
	fresh = lent = PD_NONE
#define AFTER                                                                           \
	cut &&same_irq(now) && same_rest(now) && root_stopped == (parent == PD_NONE) && \
		(root_stopped     ? same(now) && told_nothing()                         \
			: now_too ? peer_told(parent) &&                                \
					    (some == parent ? peer_receiver(now) &&     \
								      same_words(now)   \
							    : peer_other(now, parent))  \
				  : told_nothing() && raised(now, pd, parent, bit))
#include "peer.h"

#include "control.h"

static bool root_stopped;

static bool receives(pd_t parent)
{
	return k.state[parent] == STATE_RECEIVING;
}

void control_stop_pd(struct core *core, pd_t pd)
{
	assert(pd == k.core[0].current && !root_stopped);
	root_stopped = true;
}

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
