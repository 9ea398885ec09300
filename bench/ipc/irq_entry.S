/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notified() of irq.c: waits irq_wait instructions, reads the counter, goes on
 * in irq_sample(). With irq_wait 0 it executes six instructions up to and with
 * the reading, which bench/run.py subtracts.
 */
#include "irq.h"

	.text
	.global notified
	.type notified, %function
notified:
	adrp	x2, irq_wait
	ldr	x2, [x2, :lo12:irq_wait]
	adr	x1, 1f
	sub	x1, x1, x2, lsl #2
	br	x1
	.rept	IRQ_GROUP - 1
	nop
	.endr
1:	mrs	x0, cntpct_el0
	b	irq_sample
	.size notified, . - notified
