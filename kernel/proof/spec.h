/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The specification of the kernel's entries, as what may change about a PD:
 * integrity. An entry that is not named here does not touch the field of the PD.
 */
#pragma once

#include "harness.h"

/* All about one PD, and of one interrupt. */
struct about {
	uint8_t state;
	uint8_t flags;
	pd_t serving;
	pd_t server;
	pd_t context;
	pd_t holder;
	pd_t lender;
	uint64_t waiting;
	uint64_t callers;
	uint64_t faults;
	int64_t left;
	int64_t tail_amount;
	uint64_t head_time;
	uint64_t tail_time;
	bool ready;
	bool exhausted;
	uint8_t irq_state;
};

static struct about was;
static uint8_t irq_before; /* the state of the interrupt that comes */

static inline struct about about_some(void)
{
	struct about a = { .state = k.state[some],
		.flags = k.flags[some],
		.serving = k.serving[some],
		.server = k.server[some],
		.context = k.context[some],
		.holder = k.holder[some],
		.lender = k.lender[some],
		.waiting = k.waiting[some],
		.callers = k.callers[some],
		.faults = k.faults[some],
		.left = k.left[some],
		.tail_amount = k.tail_amount[some],
		.head_time = k.head_time[some],
		.tail_time = k.tail_time[some],
		.ready = is_ready(pd_constants[some].domain, some),
		.exhausted = is_exhausted(some),
		.irq_state = k.irq_state[some_irq] };

	return a;
}

static inline void spec_before(void)
{
	was = about_some();
	irq_before = irq_next < IRQ_MAX ? k.irq_state[irq_index(irq_next)] : IRQ_MASKED;
}

/* No entry here moves a budget; the scheduler does, after the cut. */
static inline bool same_budget(struct about a)
{
	return a.left == was.left && a.tail_amount == was.tail_amount &&
	       a.head_time == was.head_time && a.tail_time == was.tail_time &&
	       a.exhausted == was.exhausted && a.lender == was.lender &&
	       a.flags == was.flags;
}

/* Nothing about the PD but what the masks of fields name. */
static inline bool same_links(struct about a)
{
	return a.serving == was.serving && a.server == was.server &&
	       a.context == was.context && a.holder == was.holder;
}

static inline bool same_words(struct about a)
{
	return a.waiting == was.waiting && a.callers == was.callers &&
	       a.faults == was.faults;
}

static inline bool same(struct about a)
{
	return a.state == was.state && a.ready == was.ready && same_links(a) &&
	       same_words(a) && same_budget(a);
}

static inline bool same_irq(struct about a)
{
	return a.irq_state == was.irq_state;
}

/* SYS_RECEIVE: the caller waits, if nothing waits for it. */
static inline bool spec_receive(struct about a, pd_t pd)
{
	if (some != pd)
		return same(a);
	return a.state == STATE_RECEIVING && !a.ready && same_links(a) && same_words(a) &&
	       same_budget(a);
}

/*
 * SYS_NOTIFY: the target of a capability to notify gets bit `id`: at once if it
 * receives, and is then ready, else it waits. Without one nothing happens.
 */
static inline bool spec_notify(struct about a, uint8_t type, struct cap cap)
{
	if (type != CAP_NOTIFY || some != cap.target)
		return same(a);
	if (was.state != STATE_RECEIVING)
		return a.waiting == (was.waiting | 1ull << cap.id) &&
		       a.callers == was.callers && a.faults == was.faults &&
		       a.state == was.state && a.ready == was.ready && same_links(a) &&
		       same_budget(a);
	return a.state == STATE_READY && a.ready == !was.exhausted && same_words(a) &&
	       same_links(a) && same_budget(a);
}

static inline bool is_passive(pd_t p)
{
	return (pd_constants[p].flags & PD_PASSIVE) != 0;
}

/* A caller waits now: its bit, and the one that says so. */
static inline bool spec_bit(struct about a, uint8_t bit)
{
	return a.callers == (was.callers | 1ull << bit) &&
	       a.waiting == (was.waiting | WAITING_CALL);
}

/*
 * SYS_CALL: without a capability to call, or with a malformed message, nothing
 * happens. A server that receives serves the caller, on its context if it is
 * passive. One that is stopped refuses. Else the caller waits, its bit is set.
 */
static inline bool spec_call(struct about a, pd_t pd, uint8_t type, struct cap cap)
{
	bool waits = a.state == STATE_SERVED || a.state == STATE_CALLING;
	pd_t server = cap.target;
	bool lent = some == k.context[pd] && a.holder == server;

	if (type != CAP_CALL)
		return same(a);
	if (!same_budget(a) || (a.holder != was.holder && !lent))
		return false;
	if (some == pd)
		return a.serving == was.serving && a.context == was.context &&
		       same_words(a) && a.ready != waits &&
		       (waits ? a.server == server
			      : a.state == STATE_READY && a.server == was.server);
	if (some != server || a.state == was.state)
		return a.state == was.state && a.ready == was.ready &&
		       a.serving == was.serving && a.server == was.server &&
		       a.context == was.context && a.faults == was.faults &&
		       (a.callers == was.callers
				       ? a.waiting == was.waiting
				       : some == server && spec_bit(a, cap.bit));
	return was.state == STATE_RECEIVING && a.state == STATE_READY &&
	       a.serving == pd && a.server == was.server && same_words(a) &&
	       a.context == (is_passive(some) ? k.context[pd] : was.context);
}

/*
 * SYS_REPLY_RECEIVE, short path: the client is ready again, the server receives, a
 * lent context is the client's again.
 */
static inline bool spec_reply(struct about a, pd_t pd, pd_t client)
{
	bool returned = some == k.context[client] && a.holder == client;

	if (!same_budget(a) || !same_words(a) || (a.holder != was.holder && !returned))
		return false;
	if (some == pd)
		return a.state == STATE_RECEIVING && !a.ready && a.serving == PD_NONE &&
		       a.context == pd && a.server == was.server;
	if (some == client)
		return a.state == STATE_READY && a.ready && a.serving == was.serving &&
		       a.server == was.server && a.context == was.context;
	return a.state == was.state && a.ready == was.ready && a.serving == was.serving &&
	       a.server == was.server && a.context == was.context;
}

/* SYS_IRQ_ACK: the interrupt of the capability may come again. */
static inline bool spec_ack(struct about a, uint8_t type, struct cap cap)
{
	if (type == CAP_IRQ && some_irq == cap.irq)
		return same(a) && a.irq_state == IRQ_ARMED;
	return same(a) && a.irq_state == was.irq_state;
}

/*
 * SYS_ACK_SIGNAL_RECEIVE up to the receive: what SYS_IRQ_ACK and then SYS_NOTIFY do,
 * where the second capability may be to acknowledge as well.
 */
static inline bool spec_signals(struct about a, uint8_t first_type, struct cap first,
	uint8_t type, struct cap cap)
{
	bool armed = (first_type == CAP_IRQ && some_irq == first.irq) ||
		     (type == CAP_IRQ && some_irq == cap.irq);

	return a.irq_state == (armed ? IRQ_ARMED : was.irq_state) &&
	       spec_notify(a, type, cap);
}

/*
 * An interrupt that may come is active, and a notification to its PD. Any other is
 * masked.
 */
static inline bool spec_take(struct about a, uint32_t irq)
{
	bool known = irq < system_header.num_irqs;
	pd_t owner = known ? irq_constants[irq_index(irq)].pd : PD_NONE;
	struct cap cap = { .target = owner };
	bool comes = owner != PD_NONE && irq_before == IRQ_ARMED;

	if (some_irq == irq && known && a.irq_state != (comes ? IRQ_ACTIVE : IRQ_MASKED))
		return false;
	if ((some_irq != irq || !known) && !same_irq(a))
		return false;
	if (comes)
		cap.id = irq_constants[irq_index(irq)].id;
	return spec_notify(a, comes ? CAP_NOTIFY : CAP_NONE, cap);
}
