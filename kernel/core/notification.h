/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications: one bit in the receiver's word. Interrupts arrive the same way.
 */
#pragma once

#include "kernel.h"

/*
 * Sets bit `id` at the PD, which wakes if it waits in a receive. Returns true
 * if a PD became ready, and the caller must schedule. s: the kernel's state.
 */
bool notification_signal(struct kernel *s, struct core *core, pd_t pd, uint8_t id);

/* System calls; see abi.h. */
struct frame *notification_notify(uint64_t slot, uint64_t unused, uint64_t unused2);
struct frame *notification_signal_receive(
	uint64_t slot, uint64_t unused, uint64_t unused2);
struct frame *notification_ack_signal_receive(
	uint64_t slot, uint64_t irq_slot, uint64_t unused);
