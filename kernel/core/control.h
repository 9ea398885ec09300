/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a parent may do to its child.
 */
#pragma once

#include "kernel.h"

/* The system call; see abi.h. */
struct frame *control_operate(uint64_t slot, uint64_t op, uint64_t argument);

/*
 * Withdraws the PD from everything, one bounded step: whom it serves and who
 * waits to call it return with PPC_ABORTED_LABEL, its own call is withdrawn, a
 * context goes back to its owner, its notifications are cleared, its
 * interrupts masked. The caller must schedule.
 */
void control_stop_pd(struct core *core, pd_t pd);
