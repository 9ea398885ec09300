/* SPDX-License-Identifier: BSD-2-Clause */
/* SipHash: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012. */
#include "random.h"

static struct {
	uint64_t key[2];
	uint64_t next;
} state;

static uint64_t rotate(uint64_t word, unsigned int bits)
{
	return word << bits | word >> (64u - bits);
}

/* `rounds` SipRounds (section 2.1). */
static void mix(uint64_t v[4], unsigned int rounds)
{
	for (unsigned int i = 0; i < rounds; i++) {
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

static void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	mix(v, 2);
	v[0] ^= word;
}

uint64_t random_hash(uint64_t first, uint64_t second)
{
	uint64_t v[4] = {
		state.key[0] ^ 0x736f6d6570736575ull,
		state.key[1] ^ 0x646f72616e646f6dull,
		state.key[0] ^ 0x6c7967656e657261ull,
		state.key[1] ^ 0x7465646279746573ull,
	};
	absorb(v, first);
	absorb(v, second);
	absorb(v, 16ull << 56); /* the message's length, in bytes */
	v[2] ^= 0xffu;
	mix(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void random_seed(uint64_t first, uint64_t second)
{
	uint64_t key = random_hash(first, second);
	state.key[1] = random_hash(second, first);
	state.key[0] = key;
}

uint32_t random_next(void)
{
	return (uint32_t)random_hash(state.next++, 0);
}
