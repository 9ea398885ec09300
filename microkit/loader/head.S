/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image's first bytes: the arm64 Image header (Linux Documentation,
 * arm64/booting), then entry. The builder fills in text_offset and image_size.
 */
	.section .text.head, "ax"
	.globl	_start
_start:
	b	entry
	.long	0
	.quad	0			/* text_offset: builder */
	.quad	0			/* image_size: builder */
	.quad	2			/* little endian, 4 KiB pages, at text_offset */
	.quad	0
	.quad	0
	.quad	0
	.ascii	"ARM\x64"
	.long	0

	/*
	 * x0 (a device tree or 0) is not looked at. Interrupts are masked; the
	 * MMU may be on if firmware left it so, as RAM is mapped flat.
	 */
entry:
	msr	daifset, #0xf
	adrp	x1, loader_stack_top
	add	x1, x1, :lo12:loader_stack_top
	mov	sp, x1
	adr	x0, _start
	adrp	x1, loader_end		/* page aligned: the boot header */
	mrs	x2, CurrentEL
	b	loader_main
