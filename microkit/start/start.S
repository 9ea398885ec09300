/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start stub: where every start of a PD begins, at boot and at a restart.
 *
 * Entered with x0 = the entry point of the PD's ELF. The next page is its struct
 * start_table (kernel/image.h). For each entry it copies the pristine bytes and
 * zeroes what follows them; then it jumps to the entry point with sp at the end
 * of the stack and all registers but x0 zero. It uses no stack, for it zeroes
 * the stack, and it runs at any page address.
 *
 * A parent that has written a frame pointer of the last life to x1 is told, first, from where
 * its functions were called: x1 .. x28 become the return addresses of this and the further
 * frame records (Arm IHI 0055, "The Frame Pointer"), and then there is a fault, at the latest
 * that of the BRK. Whichever it is, x29 says where the PD is to go on. The records are what the
 * PD has left: the stub reads them with the PD's rights, and relies on nothing in them.
 *
 * What it writes is never code, so the instruction cache need not know: the tool
 * refuses a program with a page that is both writable and executable.
 *
 *   x0 entry point   x1 cursor in the table   x2 stack top   x3 entries left
 *   x4 bytes that one DC ZVA zeroes, 2^62 if it may not be used
 *   x6 destination   x7 source   x8.. scratch
 */
#define TABLE (_start + 4096)

	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	cbnz	x1, tell
begin:
	adr	x1, TABLE
	ldp	x2, x3, [x1], #16

	mrs	x8, dczid_el0		/* Arm DDI 0487, DCZID_EL0: DZP 4, BS 3..0 */
	and	x9, x8, #0xf
	mov	x4, #4
	lsl	x4, x4, x9
	tbz	x8, #4, 1f
	mov	x4, #1 << 62
1:
next_entry:
	cbz	x3, finish
	sub	x3, x3, #1
	ldp	x6, x7, [x1], #16
	ldp	x8, x9, [x1], #16
	add	x10, x6, x8		/* end of what is copied */
	add	x9, x10, x9		/* end of what is zeroed */
	bic	x12, x8, #63
	add	x12, x6, x12		/* end of the whole blocks of 64 */
	b	2f
1:	ldp	x14, x15, [x7]
	ldp	x16, x17, [x7, #16]
	ldp	x18, x19, [x7, #32]
	ldp	x20, x21, [x7, #48]
	add	x7, x7, #64
	stp	x14, x15, [x6]
	stp	x16, x17, [x6, #16]
	stp	x18, x19, [x6, #32]
	stp	x20, x21, [x6, #48]
	add	x6, x6, #64
2:	cmp	x6, x12
	b.lo	1b
	b	2f
1:	ldp	x14, x15, [x7], #16
	stp	x14, x15, [x6], #16
2:	cmp	x6, x10
	b.lo	1b

	/* Zero up to x9: by 16 bytes to a block's start, by blocks, by 16 bytes. */
	sub	x12, x4, #1
	bic	x13, x9, x12		/* end of the whole blocks */
	b	2f
1:	stp	xzr, xzr, [x6], #16
2:	cmp	x6, x9
	b.hs	next_entry
	tst	x6, x12
	b.ne	1b
	b	2f
1:	dc	zva, x6
	add	x6, x6, x4
2:	cmp	x6, x13
	b.lo	1b
	b	2f
1:	stp	xzr, xzr, [x6], #16
2:	cmp	x6, x9
	b.lo	1b
	b	next_entry

finish:
	mov	sp, x2
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	mov	x\n, xzr
	.endr
	br	x0

tell:
	mov	x30, x1
	mov	x1, xzr
	adr	x29, begin
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28
	ldp	x30, x\n, [x30]
	.endr
	brk	#0
	.size _start, . - _start
