/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts of the prober whose program counter its parent checks. */
	.text
	.globl	probe_read, probe_write, probe_pair, probe_exclusive, probe_execute
probe_read:				/* x0: address */
	ldr	x0, [x0]
	ret
probe_write:				/* x0: address, x1: value */
	str	x1, [x0]
	ret
probe_pair:				/* 16 bytes from 8 below the address on */
	stp	x1, x1, [x0, #-8]
	ret
probe_exclusive:
	ldxr	x2, [x0]
	stxr	w3, x1, [x0]
	mov	x0, x2
	ret
probe_execute:
	stp	x29, x30, [sp, #-16]!
	blr	x0
	ldp	x29, x30, [sp], #16
	ret
