/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The spinning witness: gives every register a value of its own and compares them
 * for ever. x0: struct fuzz_spin.
 */
#define STEP 0x0101010101010101

	.macro pattern register, number
	ldr	\register, =(STEP * \number)
	.endm

	.section .text.spin, "ax"
	.globl	spin
spin:
	.irp	n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
	pattern	x\n, \n
	.endr
	.irp	n, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	pattern	x\n, \n
	.endr
	mov	x1, sp
	msr	tpidr_el0, x30
1:	mov	x2, sp
	cmp	x1, x2
	b.ne	2f
	mrs	x2, tpidr_el0
	cmp	x2, x30
	b.ne	2f
	.irp	n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
	pattern	x2, \n
	cmp	x2, x\n
	b.ne	2f
	.endr
	.irp	n, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	pattern	x2, \n
	cmp	x2, x\n
	b.ne	2f
	.endr
	ldr	x2, [x0]
	add	x2, x2, #1
	str	x2, [x0]
	b	1b
2:	ldr	x2, [x0, #8]
	add	x2, x2, #1
	str	x2, [x0, #8]
	b	spin
