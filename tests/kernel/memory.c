/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the compiler calls where it copies or fills structures, for PDs without a
 * C library. Compiled with -fno-builtin, or the loops would call themselves.
 */
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
	char *t = to;
	const char *f = from;

	for (size_t i = 0; i < bytes; i++) {
		t[i] = f[i];
	}
	return to;
}

void *memset(void *to, int value, size_t bytes)
{
	char *t = to;

	for (size_t i = 0; i < bytes; i++) {
		t[i] = (char)value;
	}
	return to;
}
