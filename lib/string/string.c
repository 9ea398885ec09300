/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compiled with -fno-builtin, so that no loop becomes a call of itself. Words need not be
 * aligned: PDs have Normal memory only, but for devices, which nobody copies. What is no
 * multiple of a word ends with a word that overlaps the one before.
 */
#include <stdint.h>
#include <string.h>

static inline uint64_t load(const unsigned char *from)
{
	uint64_t word;
	__builtin_memcpy(&word, from, sizeof(word));
	return word;
}

static inline void store(unsigned char *to, uint64_t word)
{
	__builtin_memcpy(to, &word, sizeof(word));
}

/* Loads first, then stores: pairs of registers, and right for areas that overlap. */
static inline void copy_16(unsigned char *to, const unsigned char *from)
{
	uint64_t a = load(from), b = load(from + 8);
	store(to, a);
	store(to + 8, b);
}

static inline void copy_64(unsigned char *to, const unsigned char *from)
{
	uint64_t a = load(from), b = load(from + 8);
	uint64_t c = load(from + 16), d = load(from + 24);
	uint64_t e = load(from + 32), f = load(from + 40);
	uint64_t g = load(from + 48), h = load(from + 56);
	store(to, a);
	store(to + 8, b);
	store(to + 16, c);
	store(to + 24, d);
	store(to + 32, e);
	store(to + 40, f);
	store(to + 48, g);
	store(to + 56, h);
}

static inline void copy_below_16(
	unsigned char *to, const unsigned char *from, size_t bytes)
{
	if (bytes >= 8) {
		uint64_t first = load(from), last = load(from + bytes - 8);
		store(to, first);
		store(to + bytes - 8, last);
		return;
	}
	for (; bytes > 0; bytes--)
		*to++ = *from++;
}

/* All but what is below 64: a test for two lines of a cache, and none for short copies. */
static inline void copy_long(
	unsigned char **to, const unsigned char **from, size_t *bytes)
{
	for (; *bytes >= 128; *bytes -= 128, *to += 128, *from += 128) {
		copy_64(*to, *from);
		copy_64(*to + 64, *from + 64);
	}
	if (*bytes >= 64) {
		copy_64(*to, *from);
		*bytes -= 64, *to += 64, *from += 64;
	}
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
	unsigned char *t = to;
	const unsigned char *f = from;
	if (bytes < 16) {
		copy_below_16(t, f, bytes);
		return to;
	}
	if (bytes >= 64) {
		copy_64(t, f);
		bytes -= 64, t += 64, f += 64;
		if (bytes >= 64)
			copy_long(&t, &f, &bytes);
	}
	for (; bytes >= 16; bytes -= 16, t += 16, f += 16)
		copy_16(t, f);
	if (bytes > 0)
		copy_16(t + bytes - 16, f + bytes - 16);
	return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
	unsigned char *t = to;
	const unsigned char *f = from;
	if ((uintptr_t)t - (uintptr_t)f >= bytes) {
		/* No word twice, as in memcpy: it may have been written to. */
		for (; bytes >= 16; bytes -= 16, t += 16, f += 16)
			copy_16(t, f);
		for (; bytes > 0; bytes--)
			*t++ = *f++;
		return to;
	}
	/* From the end, since `to` is ahead. */
	for (; bytes >= 8; bytes -= 8)
		store(t + bytes - 8, load(f + bytes - 8));
	while (bytes > 0) {
		bytes--;
		t[bytes] = f[bytes];
	}
	return to;
}

void *memset(void *to, int byte, size_t bytes)
{
	unsigned char *t = to;
	uint64_t word = (unsigned char)byte * 0x0101010101010101ull;
	for (; bytes >= 32; bytes -= 32, t += 32) {
		store(t, word);
		store(t + 8, word);
		store(t + 16, word);
		store(t + 24, word);
	}
	for (; bytes >= 8; bytes -= 8, t += 8)
		store(t, word);
	for (; bytes > 0; bytes--)
		*t++ = (unsigned char)byte;
	return to;
}

int memcmp(const void *left, const void *right, size_t bytes)
{
	const unsigned char *l = left, *r = right;
	for (size_t i = 0; i < bytes; i++)
		if (l[i] != r[i])
			return l[i] < r[i] ? -1 : 1;
	return 0;
}

size_t strlen(const char *s)
{
	size_t length = 0;
	while (s[length] != '\0')
		length++;
	return length;
}
