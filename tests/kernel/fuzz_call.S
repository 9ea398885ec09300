/* SPDX-License-Identifier: BSD-2-Clause */
/* Any system call with any registers: see fuzz.h. */

	.section .text.fuzz_call, "ax"
	.globl	fuzz_call
fuzz_call:				/* x0: registers, x1: number */
	stp	x29, x30, [sp, #-112]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	x0, [sp, #96]
	sub	sp, sp, #256
	adrp	x30, svc_table
	add	x30, x30, :lo12:svc_table
	add	x30, x30, x1, lsl #3
	ldr	x2, [x0, #248]
	msr	nzcv, x2
	ldp	x2, x3, [x0, #16]
	ldp	x4, x5, [x0, #32]
	ldp	x6, x7, [x0, #48]
	ldp	x8, x9, [x0, #64]
	ldp	x10, x11, [x0, #80]
	ldp	x12, x13, [x0, #96]
	ldp	x14, x15, [x0, #112]
	ldp	x16, x17, [x0, #128]
	ldp	x18, x19, [x0, #144]
	ldp	x20, x21, [x0, #160]
	ldp	x22, x23, [x0, #176]
	ldp	x24, x25, [x0, #192]
	ldp	x26, x27, [x0, #208]
	ldp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	ldp	x0, x1, [x0]
	br	x30
fuzz_return:
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x1, nzcv
	stp	x30, x1, [sp, #240]
	ldr	x0, [sp, #352]
	mov	x3, #0
1:	ldr	x2, [sp, x3]
	str	x2, [x0, x3]
	add	x3, x3, #8
	cmp	x3, #256
	b.ne	1b
	add	sp, sp, #256
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #112
	ret

	/* Every immediate that there is. */
	.balign 8
svc_table:
	.set	number, 0
	.rept	65536
	svc	#number
	b	fuzz_return
	.set	number, number + 1
	.endr
