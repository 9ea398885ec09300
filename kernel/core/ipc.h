/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protected procedure calls, replies, receives, and how each of them ends when
 * the other side goes away.
 */
#pragma once

#include "kernel.h"

/* System calls; see abi.h. */
struct frame *ipc_call(uint64_t slot, uint64_t info, uint64_t unused);
struct frame *ipc_reply_receive(uint64_t unused, uint64_t info, uint64_t unused2);
struct frame *ipc_receive(uint64_t unused, uint64_t unused2, uint64_t unused3);

/*
 * Ends the service that `server` gives: a caller returns with
 * PPC_ABORTED_LABEL, a faulted child stays where it is.
 */
void ipc_abandon(struct core *core, pd_t server);

/* Aborts every call that waits at the server. */
void ipc_abort_callers(struct core *core, pd_t server);

/*
 * A PD that waits for a server or its parent will not wait any longer: its call
 * or fault is withdrawn, what it lent comes home, and it is READY: its call, when it
 * runs again, returns with PPC_ABORTED_LABEL.
 */
void ipc_withdraw(struct core *core, pd_t pd);

/*
 * The PD enters a receive: it gets what is waiting, or waits. Ensures: state
 * is READY or RECEIVING. Who it served must have been dealt with.
 */
void ipc_wait(struct core *core, pd_t pd);

/* Lends the context of `from` to `to`, if `to` is passive. */
void ipc_lend(struct core *core, pd_t from, pd_t to);
