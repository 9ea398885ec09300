/* SPDX-License-Identifier: BSD-2-Clause */
/* Floating point registers, FPCR, FPSR and TPIDR_EL0 by hand: see context.h. */

#define FPCR_MASK 0x00c00000		/* RMode */
#define FPSR_MASK 0x0800009f		/* QC and the cumulative flags */

	.macro	each macro
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\macro	\n
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\macro	\n
	.endr
	.endm

	.macro	set_one n
	add	x1, x0, #\n
	fmov	d\n, x1
	mvn	x1, x1
	fmov	v\n\().d[1], x1
	.endm

	/* Counts in x9; x0 is the seed. */
	.macro	compare_one n
	add	x1, x0, #\n
	fmov	x2, d\n
	cmp	x1, x2
	cinc	x9, x9, ne
	mvn	x1, x1
	fmov	x2, v\n\().d[1]
	cmp	x1, x2
	cinc	x9, x9, ne
	.endm

	.macro	compare_low n
	add	x1, x0, #\n
	fmov	x2, d\n
	cmp	x1, x2
	cinc	x9, x9, ne
	.endm

	.macro	left_one n
	fmov	x2, d\n
	cmp	x2, #0
	cinc	x9, x9, ne
	fmov	x2, v\n\().d[1]
	cmp	x2, #0
	cinc	x9, x9, ne
	.endm

	.macro	compare_register register, mask
	mrs	x2, \register
	ldr	x1, =\mask
	and	x2, x2, x1
	and	x1, x1, x0
	cmp	x1, x2
	cinc	x9, x9, ne
	.endm

	.text
	.globl	context_set, context_wrong, context_left, context_wrong_after_call
context_set:
	each	set_one
	ldr	x1, =FPCR_MASK
	and	x1, x1, x0
	msr	fpcr, x1
	ldr	x1, =FPSR_MASK
	and	x1, x1, x0
	msr	fpsr, x1
	msr	tpidr_el0, x0
	ret

context_wrong:
	mov	x9, #0
	each	compare_one
	compare_register fpcr, FPCR_MASK
	compare_register fpsr, FPSR_MASK
	mrs	x2, tpidr_el0
	cmp	x0, x2
	cinc	x9, x9, ne
	mov	x0, x9
	ret

context_wrong_after_call:
	mov	x9, #0
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	compare_low \n
	.endr
	compare_register fpcr, FPCR_MASK
	mrs	x2, tpidr_el0
	cmp	x0, x2
	cinc	x9, x9, ne
	mov	x0, x9
	ret

context_left:
	mov	x9, #0
	each	left_one
	mrs	x2, fpcr
	cmp	x2, #0
	cinc	x9, x9, ne
	mrs	x2, fpsr
	cmp	x2, #0
	cinc	x9, x9, ne
	mrs	x2, tpidr_el0
	cmp	x2, #0
	cinc	x9, x9, ne
	mov	x0, x9
	ret
