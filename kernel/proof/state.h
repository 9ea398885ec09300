/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's invariant, local to one PD: what the harnesses assume at the PDs
 * that an operation touches, and prove at an arbitrary one.
 *
 * The letters are those of core/kernel.h.
 */
#pragma once

#include <assert.h>

#include "kernel.h"
#include "ready.h"

uint8_t nondet_uint8(void);

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

static inline bool is_served(pd_t p)
{
	return k.state[p] == STATE_SERVED || k.state[p] == STATE_FAULT_SERVED;
}

/* The tool's part: what the image checker checks of the constant tables. */
static inline bool table_at(pd_t p)
{
	return pd_constants[p].domain < DOMAIN_MAX && pd_constants[p].level_first <= p &&
	       p <= pd_constants[p].level_last && pd_constants[p].level_last < PD_MAX;
}

/* R: ready if and only if runnable, and in no other domain's set. */
static inline bool ready_at(pd_t p)
{
	return is_ready(pd_constants[p].domain, p) ==
	       (k.state[p] == STATE_READY && !is_exhausted(k.context[p]));
}

/* S: who serves and who is served name each other; a call stays in its domain. */
static inline bool served_at(pd_t p)
{
	pd_t client = k.serving[p];
	pd_t server = k.server[p];

	if (client != PD_NONE &&
		(client >= PD_MAX || !is_served(client) || k.server[client] != p))
		return false;
	if (is_served(p) && (server >= PD_MAX || k.serving[server] != p))
		return false;
	return k.state[p] != STATE_SERVED ||
	       pd_constants[server].domain == pd_constants[p].domain;
}

/* H: a lent context is that of the client; who receives, serves nobody. */
static inline bool lent_at(pd_t p)
{
	pd_t client = k.serving[p];

	if (k.context[p] >= PD_MAX)
		return false;
	if (k.state[p] == STATE_RECEIVING && client != PD_NONE)
		return false;
	return k.context[p] == p ||
	       (client < PD_MAX && k.context[client] == k.context[p]);
}

/* Asserts the invariant at p, each part as a property of its own. */
static inline void assert_at(pd_t p)
{
	assert(ready_at(p));
	assert(served_at(p));
	assert(lent_at(p));
}

/* Assumes the tables and the invariant at p, if p is a PD. */
static inline void assume_at(pd_t p)
{
	if (p < PD_MAX) {
		__CPROVER_assume(table_at(p));
		__CPROVER_assume(ready_at(p) && served_at(p) && lent_at(p));
	}
}

/* Assumes them at p and at whom p names. */
static inline void assume_around(pd_t p)
{
	assume_at(p);
	if (p < PD_MAX) {
		assume_at(k.serving[p]);
		assume_at(k.server[p]);
	}
}

/* The running PD is in the running domain's ready set. */
static inline void assume_running(void)
{
	pd_t current = k.core[0].current;

	__CPROVER_assume(current < PD_MAX);
	assume_around(current);
	__CPROVER_assume(k.core[0].domain == pd_constants[current].domain);
	__CPROVER_assume(is_ready(k.core[0].domain, current));
	__CPROVER_assume(k.core[0].context == k.context[current]);
	/* Entry PD_NONE of the arrays says: nobody (boot.c). */
	__CPROVER_assume(
		k.state[PD_NONE] == STATE_STOPPED && k.flags[PD_NONE] == PD_ALONE);
}

/* An arbitrary PD: the one at which everything is proved. */
static inline pd_t arbitrary_pd(void)
{
	pd_t p = nondet_uint8();

	__CPROVER_assume(p < PD_MAX);
	return p;
}

/* With VACUITY the end must be reachable: this then fails. */
#ifdef VACUITY
#define REACHABLE() assert(!"the end is reachable")
#else
#define REACHABLE() ((void)0)
#endif
