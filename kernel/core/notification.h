/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications: one bit in the receiver's word. Interrupts arrive the same way.
 */
#pragma once

#include "kernel.h"

/*
 * Sets bit `id` at the PD, which wakes if it waits in a receive. Returns true
 * if a PD became ready, and the caller must schedule.
 */
bool notification_signal(struct core *core, pd_t pd, uint8_t id);

/* The system call; see abi.h. */
void notification_notify(struct core *core, uint64_t slot);

/* The combined system call: notify or acknowledge, then receive. */
void notification_signal_receive(struct core *core, uint64_t slot);
