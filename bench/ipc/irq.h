/* SPDX-License-Identifier: BSD-2-Clause */
/* Between irq.c and irq_entry.S. */
#pragma once

/* Samples whose readings add up to one exact figure: instructions in a tick. */
#define IRQ_GROUP 16

#ifndef __ASSEMBLER__
#include <stdint.h>

/* How many instructions notified() waits before it reads the counter. */
extern uint64_t irq_wait;

/* Called by notified() with the counter, at its end. */
void irq_sample(uint64_t now);
#endif
