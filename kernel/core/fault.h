/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults: a child's becomes a message to its parent, a root PD's stops it.
 */
#pragma once

#include "kernel.h"

/*
 * The running PD has done what it may not. The architecture keeps what
 * happened with the PD's registers.
 */
struct frame *fault_raise(struct core *core);

/* The child's fault waits for its parent, or does not any more. */
void fault_queue(pd_t child);
void fault_withdraw(pd_t child);

/* The parent receives the first fault that waits; its state is READY after. */
void fault_receive(struct core *core, pd_t parent);

/* The parent replies: label 0 resumes the child, any other stops it. */
void fault_reply(struct core *core, pd_t parent, pd_t child, uint64_t info);
