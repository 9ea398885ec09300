/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of the portable kernel.
 */
#pragma once

/*
 * Every PD gets its first state, and the first one is chosen. The architecture
 * is set up, all state is zero, interrupts are masked.
 */
void kernel_boot(void);
