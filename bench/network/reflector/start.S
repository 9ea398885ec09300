/* SPDX-License-Identifier: BSD-2-Clause */
/* The reflector's first instructions: a stack, and nothing but zeros in .bss. */
	.section .text.start, "ax"
	.global _start
_start:
	adrp	x0, stack_top
	add	x0, x0, :lo12:stack_top
	mov	sp, x0
	adrp	x1, bss_start
	add	x1, x1, :lo12:bss_start
0:	cmp	x1, x0
	b.hs	1f
	stp	xzr, xzr, [x1], #16
	b	0b
1:	bl	reflector_main
2:	wfi
	b	2b
