/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * coroutine_swap without floating point: x19 to x30 (Procedure Call Standard for the
 * Arm 64-bit Architecture, 6.1.1: what a call preserves).
 */
	.text
	.global coroutine_swap, coroutine_entry
	.type coroutine_swap, %function
	.type coroutine_entry, %function
coroutine_swap:
	sub	sp, sp, #96
	stp	x19, x20, [sp]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	mov	x9, sp
	str	x9, [x0]
	mov	sp, x1
	ldp	x19, x20, [sp]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	add	sp, sp, #96
	ret

coroutine_entry:
	mov	x30, xzr	/* the outermost frame */
	b	coroutine_first

	.section .rodata
	.global coroutine_frame_bytes, coroutine_frame_return
	.balign 8
coroutine_frame_bytes:
	.quad	96
coroutine_frame_return:
	.quad	88
