/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of the portable kernel.
 */
#pragma once

struct frame;

/*
 * Every PD gets its first state; returns the frame of the first to run. The architecture
 * is set up, all state is zero, interrupts are masked.
 */
struct frame *kernel_boot(void);
