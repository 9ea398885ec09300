/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sum of 16-bit words modulo 2^16 - 1 is also that of wider words, folded, since 2^16
 * and 2^64 are 1 there: so words of 64 bits are summed, modulo 2^64 - 1.
 */
#include "arch/chksum.h"

#include "carry.h"

#define INLINE static inline __attribute__((always_inline))

/*
 * The functions here are inlined with a constant `copy`, so each user gets what it needs:
 * sums `bytes`, 8, 16 or 32 of them, at *from, and copies them to *to if copy; moves
 * both on.
 */
INLINE uint64_t add(uint64_t sum, const unsigned char **from, unsigned char **to,
	unsigned int bytes, int copy)
{
	uint64_t words[4];
	__builtin_memcpy(words, *from, bytes);
	*from += bytes;
	if (copy) {
		__builtin_memcpy(*to, words, bytes);
		*to += bytes;
	}
	return bytes == 32   ? carry_add_4(sum, words)
	       : bytes == 16 ? carry_add_2(sum, words)
			     : carry_add(sum, words[0]);
}

/* Likewise the last ones: bytes modulo 8. */
INLINE uint64_t add_last(uint64_t sum, const unsigned char *from, unsigned char *to,
	unsigned int bytes, int copy)
{
	uint32_t word = 0;
	uint16_t half = 0;
	uint8_t byte = 0; /* the low byte of a word whose high byte is 0 */
	unsigned int at = 0;
	if ((bytes & 4u) != 0) {
		__builtin_memcpy(&word, from, 4);
		if (copy)
			__builtin_memcpy(to, &word, 4);
		at = 4;
	}
	if ((bytes & 2u) != 0) {
		__builtin_memcpy(&half, from + at, 2);
		if (copy)
			__builtin_memcpy(to + at, &half, 2);
		at += 2;
	}
	if ((bytes & 1u) != 0) {
		byte = from[at];
		if (copy)
			to[at] = byte;
	}
	return carry_add(sum, (uint64_t)word + half + byte);
}

/* From 64 bits to 32, and to 16: each half is added to the other one, with its carry. */
INLINE uint16_t fold(uint64_t sum)
{
	sum += sum << 32 | sum >> 32;
	uint32_t half = (uint32_t)(sum >> 32);
	half += half << 16 | half >> 16;
	return (uint16_t)(half >> 16);
}

INLINE uint16_t sum_up(
	const unsigned char *from, unsigned char *to, unsigned int bytes, int copy)
{
	uint64_t sum = 0;
	if (bytes >= 64)
		sum = copy ? carry_copy_blocks(sum, &from, &to, bytes / 64u)
			   : carry_add_blocks(sum, &from, bytes / 64u);
	if ((bytes & 32u) != 0)
		sum = add(sum, &from, &to, 32, copy);
	if ((bytes & 16u) != 0)
		sum = add(sum, &from, &to, 16, copy);
	if ((bytes & 8u) != 0)
		sum = add(sum, &from, &to, 8, copy);
	if ((bytes & 7u) != 0)
		sum = add_last(sum, from, to, bytes, copy);
	return fold(sum);
}

uint16_t chksum_add(const void *data, int bytes)
{
	return sum_up(data, 0, (unsigned int)bytes, 0);
}

uint16_t chksum_copy(void *restrict to, const void *restrict from, unsigned int bytes)
{
	return sum_up(from, to, bytes, 1);
}
