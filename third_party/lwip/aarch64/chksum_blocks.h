/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sums, and copies, whole blocks of CHKSUM_BLOCK bytes, on AArch64.
 *
 * C has no carry, and without it a 64-bit word costs two additions, so this is the one loop
 * that is written by hand: one ADCS a word. Neither loads and stores nor SUB and CBNZ
 * touch the carry, which so goes from block to block.
 */
#pragma once

#include <stdint.h>

#define CHKSUM_BLOCK 64u

#define LOAD_AND_SUM                         \
	"ldp %[a], %[b], [%[from]], #16\n\t" \
	"adcs %[sum], %[sum], %[a]\n\t"      \
	"adcs %[sum], %[sum], %[b]\n\t"
#define STORE "stp %[a], %[b], [%[to]], #16\n\t"

/*
 * The sum of 64-bit words modulo 2^64 - 1; moves *from on. Requires: blocks > 0.
 */
static inline uint64_t chksum_add_blocks(const unsigned char **from, unsigned int blocks)
{
	uint64_t sum, a, b;

	__asm__("adds %[sum], xzr, xzr\n" /* clears the carry */
		"1:\t" LOAD_AND_SUM LOAD_AND_SUM LOAD_AND_SUM LOAD_AND_SUM
		"sub %w[blocks], %w[blocks], #1\n\t"
		"cbnz %w[blocks], 1b\n\t"
		"adc %[sum], %[sum], xzr"
		: [sum] "=&r"(sum), [a] "=&r"(a), [b] "=&r"(b), [from] "+r"(*from),
		[blocks] "+r"(blocks)
		:
		: "cc", "memory");
	return sum;
}

/* Likewise, and copies them to *to; moves both on. */
static inline uint64_t chksum_copy_blocks(
	const unsigned char **from, unsigned char **to, unsigned int blocks)
{
	uint64_t sum, a, b;

	__asm__("adds %[sum], xzr, xzr\n" /* clears the carry */
		"1:\t" LOAD_AND_SUM STORE LOAD_AND_SUM STORE LOAD_AND_SUM STORE
			LOAD_AND_SUM STORE "sub %w[blocks], %w[blocks], #1\n\t"
		"cbnz %w[blocks], 1b\n\t"
		"adc %[sum], %[sum], xzr"
		: [sum] "=&r"(sum), [a] "=&r"(a), [b] "=&r"(b), [from] "+r"(*from),
		[to] "+r"(*to), [blocks] "+r"(blocks)
		:
		: "cc", "memory");
	return sum;
}
