/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The specification of the kernel's entries, as what may change about a PD and what is
 * written to its registers and its message: integrity. An entry that is not named here
 * does not touch the field of the PD.
 */
#pragma once

#include "told.h"

/* All about one PD, and of one interrupt. */
struct about {
	uint8_t state;
	uint8_t flags;
	pd_t serving;
	pd_t server;
	pd_t context;
	pd_t holder;
	pd_t lender;
	pd_t cursor;
	uint8_t call_bit;
	uint8_t call_id;
	uint64_t call_info;
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
static uint8_t irq_before;    /* the state of the interrupt that comes */
static uint8_t target_before; /* the state of whom the capability names */

static inline bool target_stopped(void)
{
	return target_before == STATE_STOPPED || target_before == STATE_STOPPED_RECEIVING;
}

/* What of the core the scheduler alone writes. */
struct core_about {
	pd_t current, context;
	uint8_t domain, schedule_index;
	uint64_t since, event, release, domain_end;
};

static struct core_about core_was;

static inline struct core_about core_about(void)
{
	struct core_about c = { .current = k.core[0].current,
		.context = k.core[0].context,
		.domain = k.core[0].domain,
		.schedule_index = k.core[0].schedule_index,
		.since = k.core[0].since,
		.event = k.core[0].event,
		.release = k.core[0].release,
		.domain_end = k.core[0].domain_end };

	return c;
}

static inline bool same_core(void)
{
	struct core_about c = core_about();

	return c.current == core_was.current && c.context == core_was.context &&
	       c.domain == core_was.domain &&
	       c.schedule_index == core_was.schedule_index && c.since == core_was.since &&
	       c.event == core_was.event && c.release == core_was.release &&
	       c.domain_end == core_was.domain_end;
}

static inline struct about about_some(void)
{
	struct about a = { .state = k.state[some],
		.flags = k.flags[some],
		.serving = k.serving[some],
		.server = k.server[some],
		.context = k.context[some],
		.holder = k.holder[some],
		.lender = k.lender[some],
		.cursor = k.cursor[some],
		.call_bit = k.call_bit[some],
		.call_id = k.call_id[some],
		.call_info = k.call_info[some],
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
	core_was = core_about();
	told.done = 0;
	irq_before = irq_next < IRQ_MAX ? k.irq_state[irq_index(irq_next)] : IRQ_MASKED;
}

/* Only SYS_CALL writes down a call. */
static inline bool same_call(struct about a)
{
	return a.call_bit == was.call_bit && a.call_id == was.call_id &&
	       a.call_info == was.call_info;
}

/* No entry here moves a budget or takes a turn; the scheduler does, after the cut. */
static inline bool same_budget(struct about a)
{
	return a.cursor == was.cursor && a.left == was.left &&
	       a.tail_amount == was.tail_amount && a.head_time == was.head_time &&
	       a.tail_time == was.tail_time && a.exhausted == was.exhausted &&
	       a.lender == was.lender && a.flags == was.flags;
}

/* What every entry but SYS_CALL leaves. */
static inline bool same_rest(struct about a)
{
	return same_budget(a) && same_call(a);
}

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
	       same_words(a) && same_rest(a);
}

static inline bool same_irq(struct about a)
{
	return a.irq_state == was.irq_state;
}

/* SYS_RECEIVE: the caller waits, if nothing waits for it. */
static inline bool spec_receive(struct about a, pd_t pd)
{
	if (!told_nothing())
		return false;
	if (some != pd)
		return same(a);
	return a.state == STATE_RECEIVING && !a.ready && same_links(a) && same_words(a) &&
	       same_rest(a);
}

/*
 * SYS_NOTIFY, the signal: the target of a capability to notify gets bit `id`, at once if it
 * receives, and is then ready; else the bit waits. Without one nothing happens.
 */
static inline bool spec_signal(struct about a, uint8_t type, struct cap cap)
{
	if (type != CAP_NOTIFY || some != cap.target)
		return same(a);
	if (was.state != STATE_RECEIVING)
		return a.waiting == (was.waiting | 1ull << cap.id) &&
		       a.callers == was.callers && a.faults == was.faults &&
		       a.state == was.state && a.ready == was.ready && same_links(a) &&
		       same_rest(a);
	return a.state == STATE_READY && a.ready == !was.exhausted && same_words(a) &&
	       same_links(a) && same_rest(a);
}

/* SYS_NOTIFY, to the target: it is told the bit at once if it receives. */
static inline bool told_signal(uint8_t type, struct cap cap)
{
	if (type != CAP_NOTIFY || some != cap.target || was.state != STATE_RECEIVING)
		return told_nothing();
	return told_results(1ull << cap.id, 0);
}

/* SYS_NOTIFY: a signal, and the caller learns whether there was a capability. */
static inline bool spec_notify(struct about a, pd_t pd, uint8_t type, struct cap cap)
{
	if (!spec_signal(a, type, cap))
		return false;
	return some == pd
		       ? told_results(type == CAP_NOTIFY ? STATUS_OK : STATUS_REFUSED, 0)
		       : told_signal(type, cap);
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

/* SYS_CALL, received: the server has it. */
static inline bool spec_served(struct about a, pd_t pd, struct cap cap, uint64_t info)
{
	return a.state == STATE_READY && a.serving == pd && a.server == was.server &&
	       same_words(a) && same_call(a) &&
	       a.context == (is_passive(some) ? k.context[pd] : was.context) &&
	       told_message(EVENT_CALL | cap.id, info, pd);
}

/* SYS_CALL, the caller: it is served, waits, or its call is refused or aborted. */
static inline bool spec_caller(
	struct about a, uint8_t type, struct cap cap, uint64_t info)
{
	bool refused = type != CAP_CALL || is_malformed(info);
	bool stopped = target_stopped();

	if (a.serving != was.serving || a.context != was.context || !same_words(a))
		return false;
	if (refused || stopped)
		return a.state == STATE_READY && a.ready && a.server == was.server &&
		       same_call(a) &&
		       told_results(refused ? STATUS_REFUSED : STATUS_OK,
			       refused ? 0 : ABORTED);
	if (a.ready || a.server != cap.target || !told_nothing())
		return false;
	if (target_before == STATE_RECEIVING)
		return a.state == STATE_SERVED && same_call(a);
	return a.state == STATE_CALLING && a.call_bit == cap.bit && a.call_id == cap.id &&
	       a.call_info == info;
}

/*
 * SYS_CALL: without a capability to call, or with a malformed message, it is refused. A
 * server that receives serves the caller, on its context if it is passive. With one that
 * is stopped the call is aborted. Else the caller waits, its bit is set.
 */
static inline bool spec_call(
	struct about a, pd_t pd, uint8_t type, struct cap cap, uint64_t info)
{
	pd_t server = type == CAP_CALL ? cap.target : PD_NONE;
	bool lent = server != PD_NONE && some == k.context[pd] && a.holder == server;

	if (!same_budget(a) || (a.holder != was.holder && !lent))
		return false;
	if (some == pd)
		return spec_caller(a, type, cap, info);
	if (some == server && a.state != was.state)
		return was.state == STATE_RECEIVING && spec_served(a, pd, cap, info);
	return told_nothing() && same_call(a) && a.state == was.state &&
	       a.ready == was.ready && a.serving == was.serving &&
	       a.server == was.server && a.context == was.context &&
	       a.faults == was.faults &&
	       (a.callers == was.callers ? a.waiting == was.waiting
					 : some == server && spec_bit(a, cap.bit));
}

/*
 * SYS_REPLY_RECEIVE, short path: the client is ready again, the server receives, a
 * lent context is the client's again.
 */
static inline bool spec_reply(struct about a, pd_t pd, pd_t client, uint64_t info)
{
	bool returned = some == k.context[client] && a.holder == client;

	if (!(some == client ? told_message(STATUS_OK, info, pd) : told_nothing()))
		return false;
	if (!same_rest(a) || !same_words(a) || (a.holder != was.holder && !returned))
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
static inline bool spec_ack(struct about a, pd_t pd, uint8_t type, struct cap cap)
{
	if (!(some == pd ? told_results(type == CAP_IRQ ? STATUS_OK : STATUS_REFUSED, 0)
			 : told_nothing()))
		return false;
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
	       spec_signal(a, type, cap) && told_signal(type, cap);
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
	return spec_signal(a, comes ? CAP_NOTIFY : CAP_NONE, cap) &&
	       told_signal(comes ? CAP_NOTIFY : CAP_NONE, cap);
}
