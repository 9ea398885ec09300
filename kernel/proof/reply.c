/* SPDX-License-Identifier: BSD-2-Clause */
/* SYS_REPLY_RECEIVE, a well-formed reply to a caller, and nothing waiting. */
#define ENTRY ipc_reply_receive(0, argument, 0)
#define ASSUME                                                              \
	__CPROVER_assume(valid(client) && k.state[client] == STATE_SERVED); \
	assume_at(client);                                                  \
	assume_two(pd, client);                                             \
	__CPROVER_assume(first_at(some));                                   \
	assume_at(k.context[pd]);                                           \
	__CPROVER_assume((argument & MSGINFO_LOW_MASK) <= MESSAGE_WORDS);   \
	__CPROVER_assume(k.waiting[pd] == 0);                               \
	__CPROVER_assume(                                                   \
		k.context[pd] != pd ||                                      \
		((k.flags[pd] & FLAG_SHORT) != 0 && !is_exhausted(k.context[client])))
#define AFTER same_irq(now) && spec_reply(now, pd, client)
#include "entry.h"
