/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sum of 16-bit words modulo 2^16 - 1 is also that of wider words folded, since
 * 2^16 = 1 there. So 64-bit words are summed, as two halves each in a 64-bit sum, which
 * has no carry to care for below 2^31 words.
 */
#include "arch/chksum.h"

/*
 * The functions here are inlined with a constant `copy`, so each user gets what it needs:
 * sums `bytes` of 8, 16 ... at *from, and copies them to *to if copy; moves both on.
 */
static inline __attribute__((always_inline)) uint64_t add(uint64_t sum,
	const unsigned char **from, unsigned char **to, unsigned int bytes, int copy)
{
	for (unsigned int i = 0; i < bytes; i += 8) {
		uint64_t word;
		__builtin_memcpy(&word, *from + i, 8);
		if (copy)
			__builtin_memcpy(*to + i, &word, 8);
		sum += word >> 32;
		sum += (uint32_t)word;
	}
	*from += bytes;
	if (copy)
		*to += bytes;
	return sum;
}

/* Likewise the last ones: bytes modulo 8. */
static inline __attribute__((always_inline)) uint64_t add_last(uint64_t sum,
	const unsigned char *from, unsigned char *to, unsigned int bytes, int copy)
{
	uint32_t word = 0;
	uint16_t half = 0;
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
	sum = sum + word + half;
	if ((bytes & 1u) != 0) {
		sum += from[at]; /* the low byte of a word whose high byte is 0 */
		if (copy)
			to[at] = from[at];
	}
	return sum;
}

static inline __attribute__((always_inline)) uint16_t sum_up(
	const unsigned char *from, unsigned char *to, unsigned int bytes, int copy)
{
	uint64_t sum = 0;
#pragma clang loop unroll(disable)
	for (; bytes >= 64; bytes -= 64)
		sum = add(sum, &from, &to, 64, copy);
	if ((bytes & 32u) != 0)
		sum = add(sum, &from, &to, 32, copy);
	if ((bytes & 16u) != 0)
		sum = add(sum, &from, &to, 16, copy);
	if ((bytes & 8u) != 0)
		sum = add(sum, &from, &to, 8, copy);
	if ((bytes & 7u) != 0)
		sum = add_last(sum, from, to, bytes, copy);
	sum = (sum >> 32) + (uint32_t)sum;    /* below 2^32 + 2^15: at most 64 KiB */
	sum = (sum >> 16) + (sum & 0xffffu);  /* at most 0x1fffe */
	return (uint16_t)(sum + (sum >> 16)); /* ends around at most once */
}

uint16_t chksum_add(const void *data, int bytes)
{
	return sum_up(data, 0, (unsigned int)bytes, 0);
}

uint16_t chksum_copy(void *restrict to, const void *restrict from, unsigned int bytes)
{
	return sum_up(from, to, bytes, 1);
}
