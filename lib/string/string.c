/* SPDX-License-Identifier: BSD-2-Clause */
/* Compiled with -fno-builtin, so that no loop becomes a call of itself. */
#include <stdint.h>
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
	unsigned char *t = to;
	const unsigned char *f = from;
	for (; bytes >= 8; bytes -= 8, t += 8, f += 8) {
		uint64_t word;
		__builtin_memcpy(&word, f, 8);
		__builtin_memcpy(t, &word, 8);
	}
	for (; bytes > 0; bytes--)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
	unsigned char *t = to;
	const unsigned char *f = from;
	if ((uintptr_t)t - (uintptr_t)f >= bytes)
		return memcpy(to, from, bytes);
	while (bytes > 0) {
		bytes--;
		t[bytes] = f[bytes];
	}
	return to;
}

void *memset(void *to, int byte, size_t bytes)
{
	unsigned char *t = to;
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
