/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_REPLY_RECEIVE: a well-formed reply to a caller, and nothing waiting, or nothing but
 * that the message may be there already, and the rest is replies.c's.
 */
#define ENTRY ipc_reply_receive(slot, argument, nondet_uint64())
#define ASSUME                                                         \
	is_diverted = false;                                           \
	assume_at(client);                                             \
	assume_two(pd, client);                                        \
	__CPROVER_assume(first_at(some));                              \
	assume_at(k.context[pd]);                                      \
	if (valid(client))                                             \
		assume_at(k.context[client]);                          \
	is_short = valid(client) && k.state[client] == STATE_SERVED && \
		   !is_malformed(argument) && k.waiting[pd] == 0 &&    \
		   (k.context[pd] != pd || pays_short(pd, client))
#define AFTER                                                         \
	same_irq(now) && is_diverted != is_short &&                   \
		(is_short ? spec_reply(now, pd, client, argument)     \
			  : same(now) && diverted_info == argument && \
					told_before(pd, client, argument))
#include "divert.h"

static bool is_short;

/* Who ran on his own context: time that ends, and the client may run. */
static bool pays_short(pd_t pd, pd_t client)
{
	return (k.flags[pd] & FLAG_SHORT) != 0 && !is_exhausted(k.context[client]);
}

/* The message may have been copied already, and will be again. */
static bool told_before(pd_t pd, pd_t client, uint64_t info)
{
	return told_nothing() || (some == client && was.state == STATE_SERVED &&
					 told.done == TOLD_MESSAGE && told.from == pd &&
					 told.words == (info & MSGINFO_LOW_MASK));
}

#include "entry.h"
