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

static inline uint64_t carry_add_8(uint64_t sum, const uint64_t words[8])
{
	return carry_add_4(carry_add_4(sum, words), words + 4);
}
