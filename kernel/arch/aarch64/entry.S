/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry, save, restore, exit. No decision is taken here but what to save and
 * restore: a system call saves what a C call keeps, everything else saves all.
 *
 * SP_EL2 points to the running PD's frame; TPIDR_EL2 holds the kernel stack's
 * top. The stack is empty at each entry.
 */
#include <arch/frame.h>

/* ESR_EL2 of `svc #0` from AArch64: EC 0x15, IL 1, ISS = immediate. */
#define ESR_SVC 0x56000000

	.section .text.vectors, "ax"

	.macro vector label
	.balign 128
	stp	x16, x17, [sp, #FRAME_SCRATCH]
	b	\label
	.endm

	.macro vector_kernel
	.balign 128
	b	entry_kernel
	.endm

	.balign 2048
	.globl	vectors
vectors:
	.rept	8			/* current EL: the kernel takes no exception */
	vector_kernel
	.endr
	.balign 128			/* lower EL, AArch64: synchronous */
	stp	x16, x17, [sp, #FRAME_SCRATCH]
	mrs	x16, esr_el2
	mov	w17, #ESR_SVC
	sub	w16, w16, w17
	cmp	w16, #FRAME_SYS_COUNT
	b.hs	entry_fault
	stp	x19, x20, [sp, #FRAME_X(19)]
	stp	x21, x22, [sp, #FRAME_X(21)]
	stp	x23, x24, [sp, #FRAME_X(23)]
	stp	x25, x26, [sp, #FRAME_X(25)]
	stp	x27, x28, [sp, #FRAME_X(27)]
	stp	x29, x30, [sp, #FRAME_X(29)]
	mrs	x17, sp_el0
	mrs	x19, elr_el2
	stp	x17, x19, [sp, #FRAME_SP]
	mrs	x17, tpidr_el2
	mov	sp, x17
	adrp	x17, syscall_table
	ldr	x16, [x17, w16, uxtw #3]
	blr	x16
	b	resume
	vector	entry_irq
	vector	entry_irq		/* FIQ: both come from one controller */
	vector	entry_fault		/* SError */
	.rept	4			/* lower EL, AArch32: PDs have none */
	vector	entry_fault
	.endr

	.section .text, "ax"

	/* x16 and x17 are saved, SP_EL2 is the frame; leaves sp on the stack. */
	.macro save_all
	stp	x0, x1, [sp, #FRAME_X(0)]
	stp	x2, x3, [sp, #FRAME_X(2)]
	stp	x4, x5, [sp, #FRAME_X(4)]
	stp	x6, x7, [sp, #FRAME_X(6)]
	stp	x8, x9, [sp, #FRAME_X(8)]
	stp	x10, x11, [sp, #FRAME_X(10)]
	stp	x12, x13, [sp, #FRAME_X(12)]
	stp	x14, x15, [sp, #FRAME_X(14)]
	ldp	x0, x1, [sp, #FRAME_SCRATCH]
	stp	x0, x1, [sp, #FRAME_X(16)]
	stp	x18, x19, [sp, #FRAME_X(18)]
	stp	x20, x21, [sp, #FRAME_X(20)]
	stp	x22, x23, [sp, #FRAME_X(22)]
	stp	x24, x25, [sp, #FRAME_X(24)]
	stp	x26, x27, [sp, #FRAME_X(26)]
	stp	x28, x29, [sp, #FRAME_X(28)]
	mrs	x0, sp_el0
	stp	x30, x0, [sp, #FRAME_X(30)]
	mrs	x0, elr_el2
	mrs	x1, spsr_el2
	stp	x0, x1, [sp, #FRAME_PC]
	mov	x0, #1
	str	x0, [sp, #FRAME_FULL]
	mrs	x0, tpidr_el2
	mov	sp, x0
	.endm

entry_fault:
	save_all
	mrs	x0, esr_el2
	mrs	x1, far_el2
	bl	entry_fault_c
	b	resume

entry_irq:
	save_all
	bl	entry_irq_c

	/* x0: the frame of the PD that runs on, or idle_frame. */
	.globl	resume
resume:
	ldr	x1, [x0, #FRAME_FULL]
	cbnz	x1, resume_full
	mov	sp, x0
	/* A system call returns: results, what C keeps, and the frame's zeros. */
	ldp	x2, x3, [sp, #FRAME_SP]
	msr	sp_el0, x2
	msr	elr_el2, x3
	msr	spsr_el2, xzr
	ldp	x19, x20, [sp, #FRAME_X(19)]
	ldp	x21, x22, [sp, #FRAME_X(21)]
	ldp	x23, x24, [sp, #FRAME_X(23)]
	ldp	x25, x26, [sp, #FRAME_X(25)]
	ldp	x27, x28, [sp, #FRAME_X(27)]
	ldp	x29, x30, [sp, #FRAME_X(29)]
	ldp	x0, x1, [sp, #FRAME_X(0)]
	ldp	x2, x3, [sp, #FRAME_X(2)]
	ldp	x4, x5, [sp, #FRAME_X(4)]
	ldp	x6, x7, [sp, #FRAME_X(6)]
	ldp	x8, x9, [sp, #FRAME_X(8)]
	ldp	x10, x11, [sp, #FRAME_X(10)]
	ldp	x12, x13, [sp, #FRAME_X(12)]
	ldp	x14, x15, [sp, #FRAME_X(14)]
	ldp	x16, x17, [sp, #FRAME_X(16)]
	ldr	x18, [sp, #FRAME_X(18)]
	eret

idle:
	bl	entry_idle_c
	b	resume

resume_full:
	tbz	x1, #0, idle
	mov	sp, x0
	str	xzr, [sp, #FRAME_FULL]
	ldp	x30, x0, [sp, #FRAME_X(30)]
	msr	sp_el0, x0
	ldp	x0, x1, [sp, #FRAME_PC]
	msr	elr_el2, x0
	msr	spsr_el2, x1
	ldp	x0, x1, [sp, #FRAME_X(0)]
	ldp	x2, x3, [sp, #FRAME_X(2)]
	ldp	x4, x5, [sp, #FRAME_X(4)]
	ldp	x6, x7, [sp, #FRAME_X(6)]
	ldp	x8, x9, [sp, #FRAME_X(8)]
	ldp	x10, x11, [sp, #FRAME_X(10)]
	ldp	x12, x13, [sp, #FRAME_X(12)]
	ldp	x14, x15, [sp, #FRAME_X(14)]
	ldp	x16, x17, [sp, #FRAME_X(16)]
	ldp	x18, x19, [sp, #FRAME_X(18)]
	ldp	x20, x21, [sp, #FRAME_X(20)]
	ldp	x22, x23, [sp, #FRAME_X(22)]
	ldp	x24, x25, [sp, #FRAME_X(24)]
	ldp	x26, x27, [sp, #FRAME_X(26)]
	ldp	x28, x29, [sp, #FRAME_X(28)]
	stp	xzr, xzr, [sp, #FRAME_X(2)]
	stp	xzr, xzr, [sp, #FRAME_X(4)]
	stp	xzr, xzr, [sp, #FRAME_X(6)]
	stp	xzr, xzr, [sp, #FRAME_X(8)]
	stp	xzr, xzr, [sp, #FRAME_X(10)]
	stp	xzr, xzr, [sp, #FRAME_X(12)]
	stp	xzr, xzr, [sp, #FRAME_X(14)]
	stp	xzr, xzr, [sp, #FRAME_X(16)]
	str	xzr, [sp, #FRAME_X(18)]
	eret

	/* An exception of the kernel itself: a bug of ours. Registers are lost. */
entry_kernel:
	mrs	x0, tpidr_el2
	mov	sp, x0
	mrs	x0, esr_el2
	mrs	x1, elr_el2
	mrs	x2, far_el2
	bl	entry_kernel_c
