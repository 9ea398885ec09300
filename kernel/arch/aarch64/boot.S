/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the loader, at EL2 with the MMU on and the loader's own mapping still in
 * place: x0 = the kernel's root table (image.h, boot_header.kernel_root).
 */
#include "system.h"

	.section .text.boot, "ax"
	.globl	_start
_start:
	msr	ttbr0_el2, x0
	isb
	tlbi	alle2
	dsb	nsh
	isb
	ldr	x1, =SCTLR_EL2_KERNEL
	msr	sctlr_el2, x1
	isb
	adrp	x1, stack_top
	add	x1, x1, :lo12:stack_top
	msr	tpidr_el2, x1
	mov	sp, x1
	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el2, x1
	isb
	bl	machine_boot
	b	resume

	.section .bss.stack, "aw", %nobits
	.balign	4096
	.skip	4096
stack_top:
