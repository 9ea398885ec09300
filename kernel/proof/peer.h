/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD receives what waits for it: notifications, else the first fault, else the first
 * call. Who that is of is worked out from the state before.
 */
#pragma once

#include "spec.h"

enum kind { KIND_NOTIFIED, KIND_FAULT, KIND_CALL, KIND_NONE };

static enum kind kind;
static pd_t peer;        /* whose fault or call it is */
static uint8_t peer_bit; /* in the word of faults or of callers */
static pd_t lent;        /* the context that is lent to who receives, if it is */

#define WAITING_BOTH (WAITING_CALL | WAITING_FAULT)

/* Works it out for p, given the words in which somebody may wait. */
static inline void peer_find(pd_t p, uint64_t waiting, uint64_t faults, uint64_t callers)
{
	uint64_t word = faults != 0 ? faults : callers;

	kind = (waiting & ~WAITING_BOTH) != 0 ? KIND_NOTIFIED
	       : faults != 0                  ? KIND_FAULT
	       : callers != 0                 ? KIND_CALL
					      : KIND_NONE;
	peer = PD_NONE;
	lent = PD_NONE;
	if (kind != KIND_FAULT && kind != KIND_CALL)
		return;
	peer_bit = (uint8_t)(63u - leading_zeros(word));
	peer = kind == KIND_FAULT ? child_table[p * 64u + (63u - peer_bit)].pd
				  : caller_table[p * 64u + (63u - peer_bit)].pd;
}

/* Assumes the invariant there. */
static inline void peer_assume(pd_t p)
{
	assume_bit(p, peer_bit < 64u ? peer_bit : 0);
	assume_at(peer);
	assume_two(p, peer);
	if (!valid(peer))
		return;
	assume_at(k.context[peer]);
	fresh = p;
	if ((pd_constants[p].flags & PD_PASSIVE) != 0 && !is_exhausted(k.context[peer]))
		lent = k.context[peer];
}

/* What has been received waits no more. */
static inline bool peer_words(struct about a)
{
	uint64_t bit = 1ull << (peer_bit & 63u);

	if (kind == KIND_NOTIFIED)
		return a.waiting == (was.waiting & WAITING_BOTH) &&
		       a.faults == was.faults && a.callers == was.callers;
	return a.faults == (kind == KIND_FAULT ? was.faults & ~bit : was.faults) &&
	       a.callers == (kind == KIND_CALL ? was.callers & ~bit : was.callers);
}

/* Of p, who has received, what it is told; of anybody else nothing. */
static inline bool peer_told(pd_t p)
{
	uint8_t entry = (uint8_t)(63u - (peer_bit & 63u));

	if (some != p || kind == KIND_NONE)
		return told_nothing();
	if (kind == KIND_NOTIFIED)
		return told_results(was.waiting & ~WAITING_BOTH, 0);
	if (kind == KIND_CALL)
		return told_message(
			EVENT_CALL | k.call_id[peer], k.call_info[peer], peer);
	return told.done == (TOLD_RESULTS | TOLD_FAULT) && told.from == peer &&
	       told.x0 == (EVENT_FAULT | child_table[p * 64u + entry].id) &&
	       told.x1 == told.info;
}

/* Of p, who has received. */
static inline bool peer_receiver(struct about a)
{
	bool served = kind == KIND_FAULT || kind == KIND_CALL;

	return a.state == STATE_READY && a.serving == (served ? peer : was.serving) &&
	       a.server == was.server &&
	       a.context == (lent != PD_NONE ? lent : was.context);
}

/* Of the peer, who is served now, or of anybody else. */
static inline bool peer_other(struct about a, pd_t p)
{
	if (!same_words(a) || a.serving != was.serving || a.context != was.context ||
		(a.holder != was.holder && (some != lent || a.holder != p)))
		return false;
	if (some != peer)
		return a.state == was.state && a.ready == was.ready &&
		       a.server == was.server;
	return a.state == (kind == KIND_CALL ? STATE_SERVED : STATE_FAULT_SERVED) &&
	       !a.ready && a.server == p;
}
