/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What it does to any PD that time is charged: pay.c and charge.c prove it, who charges
 * is proved with it.
 */
#pragma once

#include "harness.h"

/* What a charge may change about a PD, as it was before. */
struct account {
	pd_t context;
	pd_t lender;
	bool ready;
	bool exhausted;
	int64_t left;
	int64_t tail_amount;
	uint64_t head_time;
	uint64_t tail_time;
};

static inline struct account account_of(pd_t p)
{
	struct account a = { .context = k.context[p],
		.lender = k.lender[p],
		.ready = is_ready(pd_constants[p].domain, p),
		.exhausted = is_exhausted(p),
		.left = k.left[p],
		.tail_amount = k.tail_amount[p],
		.head_time = k.head_time[p],
		.tail_time = k.tail_time[p] };

	return a;
}

static inline bool same_account(pd_t p, struct account a)
{
	return is_exhausted(p) == a.exhausted && k.left[p] == a.left &&
	       k.tail_amount[p] == a.tail_amount && k.head_time[p] == a.head_time &&
	       k.tail_time[p] == a.tail_time;
}

/*
 * Time is taken from one context or two, which may be exhausted then. Who ran on one as
 * a loan goes on with his own, and nobody else has another lender; nobody becomes ready,
 * and nobody but who ran on one ceases to be. (Taken from one, and then from the other: from two.)
 */
static inline bool charge_takes(pd_t p, struct account a, pd_t context, pd_t other)
{
	bool paid = a.context == context || a.context == other;

	if (k.context[p] != a.context && (!paid || p == a.context || k.context[p] != p))
		return false;
	if (k.lender[p] != a.lender && k.context[p] == a.context)
		return false;
	if (a.exhausted && !is_exhausted(p))
		return false;
	if (is_ready(pd_constants[p].domain, p) ? !a.ready : a.ready && !paid)
		return false;
	return p == context || p == other || same_account(p, a);
}

/* The parts of the invariant that are about what a charge writes. */
static inline bool charge_holds(pd_t p)
{
	return ready_at(p) && lent_at(p) && lender_at(p) && budget_at(p) && cursor_at(p);
}
