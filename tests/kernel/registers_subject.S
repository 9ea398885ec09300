/* SPDX-License-Identifier: BSD-2-Clause */
/* The subject of the register test: all its registers have known values. */
#include "registers.h"

	.macro set register, number
	ldr	\register, =(PATTERN + \number * PATTERN_STEP)
	.endm

	.macro set_all
	set	x0, 31
	msr	tpidr_el0, x0
	ldr	x0, =PATTERN_FLAGS
	msr	nzcv, x0
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	set	x\n, \n
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	set	x\n, \n
	.endr
	.endm

	.text
	.globl	subject_spin, subject_spin_pc, subject_fault, subject_fault_pc, subject_store
subject_spin:
	set_all
subject_spin_pc:
	b	subject_spin_pc

subject_fault:
	set_all
subject_fault_pc:
	udf	#0
	b	subject_spin_pc

	/* sp is the shared page's `stack`. Ends in a fault. */
subject_store:
	stp	x0, x1, [sp, #-16]!
	movz	x0, #(SHARED_VADDR >> 16), lsl #16
	stp	x2, x3, [x0, #16]
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	stp	x18, x19, [x0, #144]
	stp	x20, x21, [x0, #160]
	stp	x22, x23, [x0, #176]
	stp	x24, x25, [x0, #192]
	stp	x26, x27, [x0, #208]
	stp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	ldp	x1, x2, [sp], #16
	stp	x1, x2, [x0]
	mov	x1, sp
	str	x1, [x0, #STORE_SP]
	mrs	x1, nzcv
	str	x1, [x0, #STORE_FLAGS]
	mrs	x1, tpidr_el0
	str	x1, [x0, #STORE_TPIDR]
	udf	#1
	b	subject_spin_pc
