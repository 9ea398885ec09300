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

static inline uint64_t carry_add_8(uint64_t sum, const uint64_t words[8])
{
	__asm__("adds %0, %0, %1\n\tadcs %0, %0, %2\n\tadcs %0, %0, %3\n\t"
		"adcs %0, %0, %4\n\tadcs %0, %0, %5\n\tadcs %0, %0, %6\n\t"
		"adcs %0, %0, %7\n\tadcs %0, %0, %8\n\tadc %0, %0, xzr"
		: "+&r"(sum)
		: "r"(words[0]), "r"(words[1]), "r"(words[2]), "r"(words[3]),
		"r"(words[4]), "r"(words[5]), "r"(words[6]), "r"(words[7])
		: "cc");
	return sum;
}
