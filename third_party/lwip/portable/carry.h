/* SPDX-License-Identifier: BSD-2-Clause */
/* Additions modulo 2^64 - 1: what is carried out comes in again. Any machine. */
#pragma once

#include <stdint.h>

static inline uint64_t carry_add(uint64_t sum, uint64_t word)
{
	sum += word;
	return sum + (sum < word);
}

static inline uint64_t carry_add_2(uint64_t sum, const uint64_t words[2])
{
	return carry_add(carry_add(sum, words[0]), words[1]);
}

static inline uint64_t carry_add_4(uint64_t sum, const uint64_t words[4])
{
	return carry_add_2(carry_add_2(sum, words), words + 2);
}

/* Sums `blocks` blocks of 64 bytes at *from, at least one; moves on. */
static inline uint64_t carry_add_blocks(
	uint64_t sum, const unsigned char **from, unsigned int blocks)
{
	for (unsigned int i = 0; i < 8u * blocks; i++) {
		uint64_t word;
		__builtin_memcpy(&word, *from, 8);
		sum = carry_add(sum, word);
		*from += 8;
	}
	return sum;
}

/* Likewise, and copies them to *to. */
static inline uint64_t carry_copy_blocks(
	uint64_t sum, const unsigned char **from, unsigned char **to, unsigned int blocks)
{
	__builtin_memcpy(*to, *from, 64u * blocks);
	*to += 64u * blocks;
	return carry_add_blocks(sum, from, blocks);
}
