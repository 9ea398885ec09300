/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the harnesses of the kernel's entries share: assume the invariant at named
 * PDs, run, assert it at an arbitrary one.
 *
 * An entry ends by returning or, as most do, by calling schedule() last. That
 * call is a cut: the harness of an entry has cut_schedule() in its place, which
 * asserts everything but C; schedule() itself is proved from there (schedule.c).
 */
#pragma once

#include <arch/arch.h>

#include "invariant.h"
#include "reachable.h"

uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
int64_t nondet_int64(void);

/* The PD, bit and interrupt at which everything is proved: any. */
extern pd_t some;
extern uint8_t some_bit;
extern uint16_t some_irq;
extern uint8_t some_id; /* of a PD, or of nobody */
extern uint8_t some_domain;
extern bool cut; /* the path has ended */

/* Assumes the tables and the invariant at p, if p is a PD. */
static inline void assume_at(pd_t p)
{
	if (valid(p)) {
		__CPROVER_assume(constants_good(p) && ready_at(p) && served_at(p));
		__CPROVER_assume(queued_at(p) && waiting_at(p) && lent_at(p));
		__CPROVER_assume(owner_at(p) && rank[p] < 1ull << 62);
		__CPROVER_assume(lender_at(p) && budget_at(p) && cursor_at(p));
	}
}

/* The same at whom p names. */
static inline void assume_links(pd_t p)
{
	assume_at(k.serving[p]);
	assume_at(is_served(p) || k.state[p] == STATE_CALLING ? k.server[p] : PD_NONE);
	assume_at(k.context[p]);
	assume_at(k.lender[p]);
}

/* In the set of a domain are PDs of the domain only. */
static inline void assume_member(uint8_t id, uint8_t domain)
{
	if (valid(id))
		__CPROVER_assume(constants_good(id));
	__CPROVER_assume(member_at(id, domain));
}

/* The two words of p, at a bit. */
static inline void assume_bit(pd_t p, uint8_t bit)
{
	if (valid(p) && bit < 64u)
		__CPROVER_assume(peers_good(p, bit) && words_at(p, bit));
}

static inline void assume_two(pd_t p, pd_t q)
{
	if (valid(p) && valid(q))
		__CPROVER_assume(order_good(p, q) && order_good(q, p));
}

/* Of the state what is about `some` alone. */
static inline void assume_some(void)
{
	fresh = PD_NONE;
	__CPROVER_assume(header_good() && core_holds());
	__CPROVER_assume(valid(some) && some_domain < DOMAIN_MAX);
	assume_member(some_id, some_domain);
	__CPROVER_assume(spent_at(some_id));
	assume_at(some);
}

/* What the harness of an entry begins with: all but C. */
static inline void assume_state(void)
{
	__CPROVER_assume(some_bit < 64u && some_irq < IRQ_MAX);
	assume_some();
	if (some_irq < system_header.num_irqs)
		__CPROVER_assume(irq_good(some_irq) && irq_at(some_irq));
	assume_links(some);
	assume_bit(some, some_bit);
}

/* Who is not more urgent than the PD that runs: anybody. */
#ifndef URGENT
#define URGENT some
#endif

/* The same, and C; returns the PD that runs. */
static inline pd_t assume_core(void)
{
	pd_t current = k.core[0].current;

	assume_state();
	if (current != PD_NONE) {
		assume_at(current);
		assume_two(some, current);
	}
	__CPROVER_assume(running_holds(URGENT));
	return current;
}

/* Asserts all but C at `some`. */
static inline void assert_invariant(void)
{
	assert(core_holds());
	assert(ready_at(some));
	assert(member_at(some_id, some_domain));
	assert(spent_at(some_id));
	assert(served_at(some));
	assert(queued_at(some));
	assert(words_at(some, some_bit));
	assert(waiting_at(some));
	assert(lent_at(some));
	assert(lender_at(some));
	assert(budget_at(some));
	assert(cursor_at(some));
	assert(some_irq >= system_header.num_irqs || irq_at(some_irq));
}
