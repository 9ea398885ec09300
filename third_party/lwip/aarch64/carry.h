/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Additions modulo 2^64 - 1: what is carried out comes in again. The compiler does not
 * keep a carry in the flags from one addition to the next (ADCS), which halves them.
 */
#pragma once

#include <stdint.h>

static inline uint64_t carry_add(uint64_t sum, uint64_t word)
{
	__asm__("adds %0, %0, %1\n\tadc %0, %0, xzr" : "+&r"(sum) : "r"(word) : "cc");
	return sum;
}

static inline uint64_t carry_add_2(uint64_t sum, const uint64_t words[2])
{
	__asm__("adds %0, %0, %1\n\tadcs %0, %0, %2\n\tadc %0, %0, xzr"
		: "+&r"(sum)
		: "r"(words[0]), "r"(words[1])
		: "cc");
	return sum;
}

static inline uint64_t carry_add_4(uint64_t sum, const uint64_t words[4])
{
	__asm__("adds %0, %0, %1\n\tadcs %0, %0, %2\n\tadcs %0, %0, %3\n\t"
		"adcs %0, %0, %4\n\tadc %0, %0, xzr"
		: "+&r"(sum)
		: "r"(words[0]), "r"(words[1]), "r"(words[2]), "r"(words[3])
		: "cc");
	return sum;
}

/*
 * Sums `blocks` blocks of 64 bytes at *from, at least one; moves on. The carry stays in the
 * flags from one block to the next: nothing else in the loop sets them.
 */
static inline uint64_t carry_add_blocks(
	uint64_t sum, const unsigned char **from, unsigned int blocks)
{
	uint64_t a, b, c, d, e, f, g, h;
	__asm__ volatile("cmn xzr, xzr\n"
			 "1:\tldp %3, %4, [%1], #64\n\tldp %5, %6, [%1, #-48]\n\t"
			 "ldp %7, %8, [%1, #-32]\n\tldp %9, %10, [%1, #-16]\n\t"
			 "sub %w2, %w2, #1\n\t"
			 "adcs %0, %0, %3\n\tadcs %0, %0, %4\n\t"
			 "adcs %0, %0, %5\n\tadcs %0, %0, %6\n\t"
			 "adcs %0, %0, %7\n\tadcs %0, %0, %8\n\t"
			 "adcs %0, %0, %9\n\tadcs %0, %0, %10\n\t"
			 "cbnz %w2, 1b\n\tadc %0, %0, xzr"
			 : "+&r"(sum), "+&r"(*from), "+&r"(blocks), "=&r"(a), "=&r"(b),
			 "=&r"(c), "=&r"(d), "=&r"(e), "=&r"(f), "=&r"(g), "=&r"(h)
			 :
			 : "cc", "memory");
	return sum;
}

/* Likewise, and copies them to *to. */
static inline uint64_t carry_copy_blocks(
	uint64_t sum, const unsigned char **from, unsigned char **to, unsigned int blocks)
{
	uint64_t a, b, c, d, e, f, g, h;
	__asm__ volatile(
		"cmn xzr, xzr\n"
		"1:\tldp %4, %5, [%1], #64\n\tldp %6, %7, [%1, #-48]\n\t"
		"ldp %8, %9, [%1, #-32]\n\tldp %10, %11, [%1, #-16]\n\t"
		"sub %w3, %w3, #1\n\t"
		"adcs %0, %0, %4\n\tadcs %0, %0, %5\n\tstp %4, %5, [%2], #64\n\t"
		"adcs %0, %0, %6\n\tadcs %0, %0, %7\n\tstp %6, %7, [%2, #-48]\n\t"
		"adcs %0, %0, %8\n\tadcs %0, %0, %9\n\tstp %8, %9, [%2, #-32]\n\t"
		"adcs %0, %0, %10\n\tadcs %0, %0, %11\n\t"
		"stp %10, %11, [%2, #-16]\n\t"
		"cbnz %w3, 1b\n\tadc %0, %0, xzr"
		: "+&r"(sum), "+&r"(*from), "+&r"(*to), "+&r"(blocks), "=&r"(a), "=&r"(b),
		"=&r"(c), "=&r"(d), "=&r"(e), "=&r"(f), "=&r"(g), "=&r"(h)
		:
		: "cc", "memory");
	return sum;
}
