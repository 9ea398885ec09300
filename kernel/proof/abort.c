/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_abort_callers(): who waits to call the server is READY again, and nobody else
 * changes; nobody waits to call it any more.
 */
#include "old.h"
#include "told.h"

extern uint8_t old_state[__CPROVER_constant_infinity_uint];

static pd_t server;
static uint64_t old_callers, old_waiting;

/* The words of the server once the first i entries have been looked at. */
static bool words_done(unsigned i)
{
	uint64_t rest = i < 64u ? old_callers & ~0ull >> i : 0;

	return k.callers[server] == rest &&
	       k.waiting[server] ==
		       (rest == 0 ? old_waiting & ~WAITING_CALL : old_waiting);
}

static bool is_aborted(unsigned i, pd_t p)
{
	return old_state[p] == STATE_CALLING && k.server[p] == server &&
	       63u - k.call_bit[p] < i;
}

static bool caller_done(unsigned i, pd_t p)
{
	bool ready = is_ready(pd_constants[p].domain, p);

	if (!is_aborted(i, p))
		return k.state[p] == old_state[p] &&
		       ready == was_ready(pd_constants[p].domain, p);
	return k.state[p] == STATE_READY && ready == !is_exhausted(k.context[p]);
}

/* Whose call has ended learns it, and nobody else is told anything. */
static bool abort_told(unsigned i)
{
	return is_aborted(i, some) ? told_results(STATUS_OK, ABORTED) : told_nothing();
}

static bool abort_holds(unsigned i)
{
	bool other = !valid(some_id) || pd_constants[some_id].domain != some_domain;

	return words_done(i) && caller_done(i, some) && abort_told(i) &&
	       (!other ||
		       is_ready(some_domain, some_id) == was_ready(some_domain, some_id));
}

/* The bit of entry i, if it is set, is that of who calls (words_at of the invariant). */
static void abort_assume(unsigned i)
{
	pd_t p = caller_table[server * 64u + (i < 64u ? i : 0)].pd;

	__CPROVER_assume(abort_holds(i));
	if (i >= 64u || (old_callers >> (63u - i) & 1u) == 0)
		return;
	__CPROVER_assume(valid(p) && constants_good(p) && valid(k.context[p]));
	__CPROVER_assume(old_state[p] == STATE_CALLING && k.server[p] == server &&
			 k.call_bit[p] == 63u - i);
	__CPROVER_assume(caller_done(i, p));
}

static void abort_havoc(void)
{
	__CPROVER_havoc_object(&told);
	__CPROVER_havoc_object(k.callers);
	__CPROVER_havoc_object(k.waiting);
	__CPROVER_havoc_object(k.state);
	__CPROVER_havoc_object(k.core[0].ready);
}

#define LOOP_HOLDS(i) abort_holds(i)
#define LOOP_ASSUME(i) abort_assume(i)
#define LOOP_HAVOC abort_havoc()
#include "loop.h"

#include "ipc.c"

int main(void)
{
	server = nondet_uint8();
	__CPROVER_assume(header_good() && valid(server) && valid(some));
	__CPROVER_assume(some_domain < DOMAIN_MAX && constants_good(some));
	__CPROVER_assume(valid(k.context[some]) && waiting_at(server));
	__CPROVER_assume(queued_at(some)); /* who calls has his bit */
	if (valid(some_id))
		__CPROVER_assume(constants_good(some_id));
	__CPROVER_array_copy(old_state, k.state);
	__CPROVER_array_copy(old_ready, k.core[0].ready);
	told.done = 0;
	old_callers = k.callers[server];
	old_waiting = k.waiting[server];
	ipc_abort_callers(core_self(), server);
	assert(k.callers[server] == 0 && (k.waiting[server] & WAITING_CALL) == 0);
	assert(k.waiting[server] == (old_waiting & ~WAITING_CALL));
	assert(caller_done(64u, some) && abort_told(64u));
	assert(k.state[some] != STATE_CALLING || k.server[some] != server);
	REACHABLE();
	return 0;
}
