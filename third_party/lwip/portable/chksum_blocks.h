/* SPDX-License-Identifier: BSD-2-Clause */
/* Sums, and copies, whole blocks of CHKSUM_BLOCK bytes: for tests on any host. */
#pragma once

#include <stdint.h>

#define CHKSUM_BLOCK 64u

/* Likewise, and copies them to *to; moves both on. */
static inline uint64_t chksum_copy_blocks(
	const unsigned char **from, unsigned char **to, unsigned int blocks)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < blocks * CHKSUM_BLOCK; i += 8) {
		uint64_t word;
		__builtin_memcpy(&word, *from, 8);
		__builtin_memcpy(*to, &word, 8);
		*from += 8;
		*to += 8;
		sum += word;
		sum += sum < word; /* the carry, round */
	}
	return sum;
}

/* The sum of 64-bit words modulo 2^64 - 1; moves *from on. Requires: blocks > 0. */
static inline uint64_t chksum_add_blocks(const unsigned char **from, unsigned int blocks)
{
	unsigned char copy[CHKSUM_BLOCK];
	uint64_t sum = 0;

	for (unsigned int i = 0; i < blocks; i++) {
		unsigned char *to = copy;
		uint64_t block = chksum_copy_blocks(from, &to, 1);
		sum += block;
		sum += sum < block;
	}
	return sum;
}
