/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's invariant, local to one PD: what every entry into the kernel may
 * assume at the PDs that it touches, and must establish at every PD. Each part
 * is a predicate at p; "the invariant" is that all of them hold at all p.
 *
 * The letters are those of core/kernel.h. Names of PDs, entries of tables and
 * bits of words are below their limits wherever the invariant says `valid`.
 */
#pragma once

#include "tables.h"

#include <arch/arch.h>

/* ---- Reading the state ---- */

static inline bool bit_of(uint64_t word, pd_t p)
{
	return (word >> (63u - p % 64u) & 1u) != 0;
}

static inline bool is_ready(uint8_t domain, pd_t p)
{
	return bit_of(k.core[0].ready[domain * SET_WORDS | p / 64u], p);
}

static inline bool is_exhausted(pd_t context)
{
	return bit_of(k.core[0].exhausted[context / 64u], context);
}

/* Waits for a reply. */
static inline bool is_served(pd_t p)
{
	return k.state[p] == STATE_SERVED || k.state[p] == STATE_FAULT_SERVED;
}

/* May not be serving anybody. */
static inline bool is_away(pd_t p)
{
	return k.state[p] == STATE_RECEIVING || k.state[p] == STATE_STOPPED ||
	       k.state[p] == STATE_STOPPED_RECEIVING;
}

static inline bool is_slice(pd_t p)
{
	return (pd_constants[p].flags & PD_SLICE) != 0;
}

/* ---- The invariant ---- */

/* R: in the set of its domain if and only if runnable. */
static inline bool ready_at(pd_t p)
{
	return is_ready(pd_constants[p].domain, p) ==
	       (k.state[p] == STATE_READY && !is_exhausted(k.context[p]));
}

/* R: in the set of a domain are PDs of the domain only. */
static inline bool member_at(uint8_t id, uint8_t domain)
{
	return !is_ready(domain, id) || (valid(id) && pd_constants[id].domain == domain);
}

/*
 * A number that the kernel does not keep: who serves ranks above whom he serves,
 * so that chains end. A PD that begins to serve, `fresh`, gets a new one.
 */
extern uint64_t rank[__CPROVER_constant_infinity_uint];
extern pd_t fresh;

static inline uint64_t rank_of(pd_t p)
{
	return p == fresh && k.serving[p] != PD_NONE ? rank[k.serving[p]] + 1u : rank[p];
}

/* S: who serves and who is served name each other. */
static inline bool served_at(pd_t p)
{
	pd_t client = k.serving[p];
	pd_t server = k.server[p];

	if (k.state[p] > STATE_FAULT_LEFT || (is_away(p) && client != PD_NONE))
		return false;
	if (client != PD_NONE &&
		(!valid(client) || client == p || !is_served(client) ||
			k.server[client] != p || rank_of(p) <= rank_of(client)))
		return false;
	if (!is_served(p))
		return true;
	if (!valid(server) || server == p || k.serving[server] != p)
		return false;
	if (k.state[p] == STATE_FAULT_SERVED)
		return server == pd_constants[p].parent;
	return pd_constants[server].domain == pd_constants[p].domain &&
	       pd_constants[server].priority > pd_constants[p].priority;
}

/* Q: who waits for a server or a parent has his bit there. */
static inline bool queued_at(pd_t p)
{
	pd_t server = k.server[p];
	pd_t parent = pd_constants[p].parent;

	if (k.state[p] == STATE_CALLING)
		return valid(server) && k.call_bit[p] < 64u && !is_away(server) &&
		       (k.callers[server] >> k.call_bit[p] & 1u) != 0 &&
		       caller_table[server * 64u + (63u - k.call_bit[p])].pd == p &&
		       (k.call_info[p] & MSGINFO_LOW_MASK) <= MESSAGE_WORDS &&
		       pd_constants[server].domain == pd_constants[p].domain &&
		       pd_constants[server].priority > pd_constants[p].priority;
	if (k.state[p] == STATE_FAULTED)
		return valid(parent) &&
		       (k.faults[parent] >> pd_constants[p].fault_bit & 1u) != 0;
	return k.state[p] != STATE_FAULT_LEFT || valid(parent);
}

/* Q, the other way: bit `bit` of the two words of p is that of who waits. */
static inline bool words_at(pd_t p, uint8_t bit)
{
	pd_t caller = caller_table[p * 64u + (63u - bit)].pd;
	pd_t child = child_table[p * 64u + (63u - bit)].pd;

	if ((k.callers[p] >> bit & 1u) != 0 &&
		(!valid(caller) || k.state[caller] != STATE_CALLING ||
			k.server[caller] != p || k.call_bit[caller] != bit))
		return false;
	return (k.faults[p] >> bit & 1u) == 0 ||
	       (valid(child) && k.state[child] == STATE_FAULTED);
}

/* W: the two summary bits; who receives has nothing to receive. */
static inline bool waiting_at(pd_t p)
{
	return ((k.waiting[p] & WAITING_CALL) != 0) == (k.callers[p] != 0) &&
	       ((k.waiting[p] & WAITING_FAULT) != 0) == (k.faults[p] != 0) &&
	       (k.state[p] != STATE_RECEIVING || k.waiting[p] == 0);
}

/*
 * H: who runs on another's context serves someone who does, and is passive; the
 * holder is the one of them who does not wait for another of them.
 */
static inline bool lent_at(pd_t p)
{
	pd_t context = k.context[p];
	pd_t client = k.serving[p];
	pd_t holder = k.holder[p];

	if (!valid(context) || !valid(holder) || k.context[context] != context)
		return false;
	if (context != p && (!valid(client) || k.context[client] != context ||
				    (pd_constants[p].flags & PD_PASSIVE) == 0))
		return false;
	if (context == p ? k.context[holder] != p : holder != p)
		return false;
	return k.holder[context] == p ||
	       (is_served(p) && k.context[k.server[p]] == context);
}

/*
 * What follows from S and H at all PDs (chain.c: by induction on the rank): the
 * owner of a lent context waits, and ranks below who runs on it. If the owner holds
 * it, nobody else runs on it.
 */
static inline bool owner_at(pd_t p)
{
	return k.context[p] == p || is_served(k.context[p]);
}

static inline bool below_at(pd_t p)
{
	return k.context[p] == p || rank[k.context[p]] < rank[p];
}

static inline bool alone_at(pd_t p)
{
	return k.context[p] == p || k.holder[k.context[p]] != k.context[p];
}

/* The same from above, server by server: who holds a context ranks no lower than who runs on it. */
static inline bool above_at(pd_t p)
{
	return rank[k.holder[k.context[p]]] >= rank[p];
}

/*
 * L: who runs at the cost of a lender, l, does so on his own context and serves l, or
 * someone who does the same; l has a budget and waits, his own context is at home.
 */
static inline bool lender_at(pd_t p)
{
	pd_t l = k.lender[p];

	if (k.flags[p] !=
		(pd_constants[p].flags | (l == PD_NONE && is_slice(p) ? FLAG_SHORT : 0u)))
		return false;
	return l == PD_NONE ||
	       (valid(l) && l != p && !is_slice(l) && k.serving[p] != PD_NONE &&
		       k.context[p] == p && is_served(l) && k.context[l] == l &&
		       k.holder[l] == l &&
		       (k.serving[p] == l || k.lender[k.serving[p]] == l));
}

/* What follows, by induction as above: l's server runs at the cost of l. */
static inline bool first_at(pd_t p)
{
	pd_t l = k.lender[p];

	return l == PD_NONE || k.lender[k.server[l]] == l;
}

/*
 * B, of a sporadic context that has been charged up to `since`: what is left of the
 * budget, and what comes back, is the budget; the second part comes no earlier than
 * the first, and neither later than a period from then.
 */
static inline bool refills_at(pd_t p, uint64_t since)
{
	int64_t budget = (int64_t)pd_constants[p].budget;
	uint64_t last = since + pd_constants[p].period;

	return k.left[p] > 0 && k.left[p] <= budget && k.tail_amount[p] >= 0 &&
	       k.tail_amount[p] == budget - k.left[p] && k.head_time[p] <= last &&
	       k.tail_time[p] <= last &&
	       (k.tail_amount[p] == 0 || k.head_time[p] <= k.tail_time[p]);
}

/* B: a slice is never exhausted; a refill that somebody waits for is not missed. */
static inline bool budget_at(pd_t p)
{
	if (is_slice(p))
		return k.left[p] > 0 && k.left[p] <= (int64_t)pd_constants[p].budget &&
		       !is_exhausted(p);
	return refills_at(p, k.core[0].since) &&
	       (!is_exhausted(p) || k.core[0].release <= k.head_time[p]);
}

/* B: only PDs are exhausted. */
static inline bool spent_at(uint8_t id)
{
	return !is_exhausted(id) || valid(id);
}

/* T: the turn at p's level is that of one of the level. */
static inline bool cursor_at(pd_t p)
{
	pd_t cursor = k.cursor[pd_constants[p].level_first];

	return pd_constants[p].level_first <= cursor &&
	       cursor <= pd_constants[p].level_last;
}

/* I: the interrupt controller is told what the state says; it is of `some_irq` here. */
static inline bool controller_at(uint16_t irq)
{
	bool active = k.irq_state[irq] == IRQ_ACTIVE;

	return irq != some_irq ||
	       (irq_active == active &&
		       irq_enabled == (active || k.irq_state[irq] == IRQ_ARMED));
}

/* I: an interrupt is held back only while its PD is stopped. */
static inline bool irq_at(uint16_t irq)
{
	pd_t owner = irq_constants[irq].pd;

	return controller_at(irq) && k.irq_state[irq] <= IRQ_HELD &&
	       (k.irq_state[irq] != IRQ_HELD || owner == PD_NONE ||
		       k.state[owner] == STATE_STOPPED ||
		       k.state[owner] == STATE_STOPPED_RECEIVING);
}

extern uint64_t counter_now; /* what the counter said last */
extern uint64_t timer_now;   /* what the timer is set to */

/* D: the core's domain and time; entry PD_NONE says: nobody. */
static inline bool core_holds(void)
{
	const struct core *core = &k.core[0];

	return core->domain < DOMAIN_MAX && core->since <= counter_now &&
	       counter_now < TICKS_TOP && core->event <= core->release &&
	       core->event <= core->domain_end &&
	       ((system_header.flags & SYSTEM_DOMAINS) != 0 ||
		       core->domain_end == NEVER) &&
	       ((system_header.flags & SYSTEM_DOMAINS) == 0 ||
		       core->schedule_index < system_header.schedule_length) &&
	       k.state[PD_NONE] == STATE_STOPPED && k.flags[PD_NONE] == FLAGS_NONE;
}

/* A slice that is never charged, or nobody's. */
static inline bool is_endless(pd_t context)
{
	return context == PD_NONE || ((pd_constants[context].flags & PD_ENDLESS) != 0 &&
					     k.lender[context] == PD_NONE);
}

/*
 * D, at rest: the timer comes no later than the first refill that somebody waits for, the
 * end of the domain's time, and that of what is left to the context that runs.
 */
static inline bool timer_holds(void)
{
	const struct core *core = &k.core[0];

	return timer_now <= core->event &&
	       (is_endless(core->context) ||
		       timer_now <= core->since + (uint64_t)k.left[core->context]);
}

/* Somebody runs on somebody's context, or nobody on nobody's. */
static inline bool core_named(void)
{
	pd_t p = k.core[0].current;

	return p == PD_NONE ? k.core[0].context == PD_NONE
			    : valid(p) && valid(k.core[0].context);
}

/*
 * C: whoever runs is ready, on the context that is charged, and none of the
 * running domain is more urgent. Nobody runs only if nobody is ready.
 */
static inline bool running_holds(pd_t w)
{
	const struct core *core = &k.core[0];
	pd_t p = core->current;

	if (p == PD_NONE)
		return core->context == PD_NONE && !is_ready(core->domain, w);
	return valid(p) && pd_constants[p].domain == core->domain &&
	       is_ready(core->domain, p) && core->context == k.context[p] &&
	       (!is_ready(core->domain, w) ||
		       pd_constants[w].priority <= pd_constants[p].priority);
}
