/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protected procedure calls.
 *
 * A caller is in one of three places: CALLING (its bit stands in the server's
 * caller word), SERVED (serving[server] names it), or out of the call. Calls go
 * to strictly higher priorities only, so they never form a cycle.
 *
 * A chain of calls through passive servers shares one context: all of the
 * chain's PDs name it, and its holder is the last of them, who runs. When the
 * chain breaks in its middle the loan is revoked: the context goes home, and
 * each PD of the chain goes on with its own, at nobody else's cost.
 */
#include "ipc.h"

#include <arch/arch.h>

#include "account.h"
#include "fault.h"
#include "ready.h"
#include "schedule.h"

#define ABORTED_INFO ((uint64_t)PPC_ABORTED_LABEL << MSGINFO_LABEL_SHIFT)

/* The number of words; above MESSAGE_WORDS if the info is malformed. */
static uint64_t info_count(uint64_t info)
{
	return info & MSGINFO_LOW_MASK;
}

void ipc_lend(struct core *core, pd_t from, pd_t to)
{
	pd_t context = k.context[from];

	if ((pd_constants[to].flags & PD_PASSIVE) == 0 || budget_exhausted(core, context))
		return;
	k.context[to] = context;
	k.holder[context] = to;
}

/* The server ends its service: a lent context goes back to the client. */
static void context_return(struct core *core, pd_t server, pd_t client)
{
	pd_t context;

	budget_settle(core, server);
	context = k.context[server];
	k.serving[server] = PD_NONE;
	if (context != server) {
		k.holder[context] = client;
		k.context[server] = server;
	}
}

/* The server begins to serve a call whose words it has received. */
static inline void call_deliver(
	struct kernel *s, pd_t caller, pd_t server, uint64_t id, uint64_t info)
{
	arch_set_results(server, EVENT_CALL | id, info);
	s->serving[server] = caller;
	s->server[caller] = server;
	s->state[caller] = STATE_SERVED;
	s->state[server] = STATE_READY;
}

/* The call ends for the caller, which runs on. */
static void call_return(struct core *core, pd_t caller, uint64_t info)
{
	arch_set_results(caller, STATUS_OK, info);
	k.state[caller] = STATE_READY;
	ready_update(core, caller);
}

/* A caller does not wait any more. */
static void callers_remove(pd_t server, uint64_t bit)
{
	k.callers[server] &= ~bit;
	if (k.callers[server] == 0)
		k.waiting[server] &= ~WAITING_CALL;
}

/* No such capability, or no such argument. */
static SELDOM struct frame *call_refuse(const struct core *core)
{
	arch_set_results(core->current, STATUS_REFUSED, 0);
	return schedule_stay(core);
}

/* The server does not wait in a receive. */
static SELDOM struct frame *call_queue(
	struct core *core, uint64_t info, const struct cap *cap, pd_t caller)
{
	pd_t server = cap->target;

	if (info_count(info) > MESSAGE_WORDS)
		return call_refuse(core);
	if (state_stopped(server)) {
		arch_set_results(caller, STATUS_OK, ABORTED_INFO);
		return schedule_stay(core);
	}
	k.state[caller] = STATE_CALLING;
	k.server[caller] = server;
	k.call_bit[caller] = cap->bit;
	k.call_id[caller] = cap->id;
	k.call_info[caller] = info;
	k.callers[server] |= 1ull << cap->bit;
	k.waiting[server] |= WAITING_CALL;
	set_remove(core->ready[core->domain], caller);
	return schedule(core);
}

struct frame *ipc_call(uint64_t slot, uint64_t info, uint64_t unused)
{
	struct kernel *s = kernel_self();
	struct core *core = &s->core[0];
	pd_t caller = core->current;
	const struct cap *caps = arch_base_const(cap_table[caller]), *cap = &caps[slot];
	uint64_t *ready;
	pd_t server;

	(void)unused;
	if (slot >= CAP_SLOTS || cap->type != CAP_CALL)
		return call_refuse(core);
	account_call(caller);
	server = cap->target;
	if (s->state[server] != STATE_RECEIVING)
		return call_queue(core, info, cap, caller);
	if (info_count(info) != 0 && !arch_message_copy(server, caller, info_count(info)))
		return call_refuse(core);
	call_deliver(s, caller, server, cap->id, info);
	ready = core->ready[core->domain];
	set_remove(ready, caller);
	if ((s->flags[server] & PD_PASSIVE) != 0) {
		pd_t context = s->context[caller];

		s->context[server] = context;
		s->holder[context] = server;
		set_add(ready, server);
		return schedule_pass(core, caller, server);
	}
	if (UNLIKELY(budget_exhausted(core, server)))
		return schedule(core);
	set_add(ready, server);
	return schedule_switch(s, core, caller, core->context, server);
}

/* The first caller that waits, by priority, is served. */
static void caller_receive(struct core *core, pd_t server)
{
	unsigned entry = (unsigned)__builtin_clzll(k.callers[server]);
	pd_t caller = pd_details[server].callers[entry].pd;

	callers_remove(server, 1ull << 63 >> entry);
	(void)arch_message_copy(server, caller, info_count(k.call_info[caller]));
	call_deliver(&k, caller, server, k.call_id[caller], k.call_info[caller]);
	ipc_lend(core, caller, server);
}

void ipc_wait(struct core *core, pd_t pd)
{
	uint64_t waiting = k.waiting[pd];
	uint64_t notified = waiting & ~(WAITING_CALL | WAITING_FAULT);

	if (notified != 0) {
		arch_set_results(pd, notified, 0);
		k.waiting[pd] = waiting & (WAITING_CALL | WAITING_FAULT);
		k.state[pd] = STATE_READY;
	} else if ((waiting & WAITING_FAULT) != 0) {
		fault_receive(core, pd);
	} else if ((waiting & WAITING_CALL) != 0) {
		caller_receive(core, pd);
	} else {
		k.state[pd] = STATE_RECEIVING;
	}
	ready_update(core, pd);
}

/* The reply to a caller. A malformed reply is no reply. */
static void caller_reply(struct core *core, pd_t server, pd_t caller, uint64_t info)
{
	if (!arch_message_copy(caller, server, info_count(info)))
		info = ABORTED_INFO;
	context_return(core, server, caller);
	call_return(core, caller, info);
}

/* Whatever is not the short path below. */
static SELDOM struct frame *reply_receive_full(struct core *core, uint64_t info)
{
	pd_t server = core->current;
	pd_t client = k.serving[server];

	if (client != PD_NONE) {
		if (k.state[client] == STATE_SERVED)
			caller_reply(core, server, client, info);
		else
			fault_reply(core, server, client, info);
	}
	ipc_wait(core, server);
	return schedule(core);
}

/*
 * The short path: a well-formed reply to a caller, and nothing waits for the
 * server. It is what caller_reply and ipc_wait do then.
 */
struct frame *ipc_reply_receive(uint64_t unused, uint64_t info, uint64_t unused2)
{
	struct kernel *s = kernel_self();
	struct core *core = &s->core[0];
	uint64_t *ready = core->ready[core->domain];
	pd_t server = core->current;
	pd_t client = s->serving[server];
	pd_t context = s->context[server];

	(void)unused;
	(void)unused2;
	account_receive(server);
	if (s->state[client] != STATE_SERVED || s->waiting[server] != 0)
		return reply_receive_full(core, info);
	if (info_count(info) != 0 && !arch_message_copy(client, server, info_count(info)))
		return reply_receive_full(core, info);
	if (context != server) {
		s->context[server] = server;
		s->holder[context] = client;
	} else if (UNLIKELY((s->flags[server] & FLAG_SHORT) == 0 ||
			    budget_exhausted(core, s->context[client]))) {
		return reply_receive_full(core, info); /* copies once more */
	}
	arch_set_results(client, STATUS_OK, info);
	s->serving[server] = PD_NONE;
	s->state[server] = STATE_RECEIVING;
	s->state[client] = STATE_READY;
	set_remove(ready, server);
	set_add(ready, client);
	return schedule_next(s, core, server, context);
}

static SELDOM struct frame *receive_full(struct core *core)
{
	ipc_abandon(core, core->current);
	ipc_wait(core, core->current);
	return schedule(core);
}

/* The short path: nobody is served and nothing waits. */
struct frame *ipc_receive(uint64_t unused, uint64_t unused2, uint64_t unused3)
{
	struct kernel *s = kernel_self();
	struct core *core = &s->core[0];
	pd_t pd = core->current;

	(void)unused;
	(void)unused2;
	(void)unused3;
	account_receive(pd);
	if (s->serving[pd] != PD_NONE || s->waiting[pd] != 0)
		return receive_full(core);
	s->state[pd] = STATE_RECEIVING;
	set_remove(core->ready[core->domain], pd);
	return schedule_next(s, core, pd, s->context[pd]);
}

void ipc_abandon(struct core *core, pd_t server)
{
	pd_t client = k.serving[server];

	if (client == PD_NONE)
		return;
	context_return(core, server, client);
	if (k.state[client] == STATE_SERVED)
		call_return(core, client, ABORTED_INFO);
	else
		k.state[client] = STATE_FAULT_LEFT;
}

void ipc_abort_callers(struct core *core, pd_t server)
{
	for (unsigned entry = 0; entry < 64u; entry++) {
		uint64_t bit = 1ull << 63 >> entry;

		if ((k.callers[server] & bit) != 0) {
			callers_remove(server, bit);
			call_return(
				core, pd_details[server].callers[entry].pd, ABORTED_INFO);
		}
	}
}

/*
 * The chain of calls breaks above the client: nobody above the break runs at the
 * cost of one below it, and who lent to the chain pays for nobody in it.
 */
static void service_end(struct core *core, pd_t client)
{
	pd_t server = k.server[client];

	if (k.lender[server] != PD_NONE)
		budget_forgive(core, k.lender[server]);
	if (k.holder[k.context[client]] != client)
		budget_revoke(core, k.context[client], PD_NONE);
	k.serving[server] = PD_NONE;
}

void ipc_withdraw(struct core *core, pd_t pd)
{
	switch (k.state[pd]) {
	case STATE_CALLING:
		callers_remove(k.server[pd], 1ull << k.call_bit[pd]);
		arch_set_results(pd, STATUS_OK, ABORTED_INFO);
		break;
	case STATE_SERVED:
		service_end(core, pd);
		arch_set_results(pd, STATUS_OK, ABORTED_INFO);
		break;
	case STATE_FAULT_SERVED:
		service_end(core, pd);
		break;
	case STATE_FAULTED:
		fault_withdraw(pd);
		break;
	default:
		return;
	}
	k.state[pd] = STATE_READY;
	ready_update(core, pd);
}
