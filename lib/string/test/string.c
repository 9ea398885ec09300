/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real string.c, its functions renamed, against loops over bytes: every length up to
 * 200 and some longer, every alignment of both sides, every overlap.
 */
#include <stdio.h>

#define memcpy string_memcpy
#define memmove string_memmove
#define memset string_memset
#define memcmp string_memcmp
#define strlen string_strlen
#include "../string.c"

#define AREA 4096u

static unsigned char area[AREA], want[AREA];

static void fill(void)
{
	for (unsigned i = 0; i < AREA; i++)
		area[i] = want[i] = (unsigned char)(i * 7u + (i >> 8));
}

static size_t length(size_t step)
{
	return step < 200 ? step : 200 + (step - 200) * 61;
}

static int equal(void)
{
	for (unsigned i = 0; i < AREA; i++)
		if (area[i] != want[i])
			return 0;
	return 1;
}

static int copies(void)
{
	for (size_t step = 0; step < 222; step++)
		for (size_t to = 64; to < 72; to++)
			for (size_t from = 2048; from < 2056; from++) {
				size_t n = length(step);
				fill();
				for (size_t i = 0; i < n; i++)
					want[to + i] = want[from + i];
				if (memcpy(area + to, area + from, n) != area + to ||
					!equal())
					return 0;
			}
	return 1;
}

static int moves(void)
{
	for (size_t step = 0; step < 222; step++)
		for (size_t to = 100; to < 148; to++) {
			size_t n = length(step);
			size_t from = 124;
			unsigned char copy[AREA];
			fill();
			for (size_t i = 0; i < n; i++)
				copy[i] = want[from + i];
			for (size_t i = 0; i < n; i++)
				want[to + i] = copy[i];
			if (memmove(area + to, area + from, n) != area + to || !equal())
				return 0;
		}
	return 1;
}

static int sets(void)
{
	for (size_t step = 0; step < 222; step++)
		for (size_t to = 64; to < 72; to++) {
			size_t n = length(step);
			fill();
			for (size_t i = 0; i < n; i++)
				want[to + i] = 0xA5;
			if (memset(area + to, 0x1A5, n) != area + to || !equal())
				return 0;
		}
	return 1;
}

static int compares(void)
{
	fill();
	for (size_t n = 0; n < 100; n++) {
		if (memcmp(area, want, n) != 0)
			return 0;
		area[n] = 0x81;
		want[n] = 0x80;
		if (memcmp(area, want, n) != 0 || memcmp(area, want, n + 1) <= 0 ||
			memcmp(want, area, n + 1) >= 0)
			return 0;
		area[n] = want[n];
	}
	return strlen("") == 0 && strlen("four") == 4;
}

int main(void)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} cases[] = {
		{ "memcpy copies what it is asked to, and no more", copies },
		{ "memmove, areas that overlap either way", moves },
		{ "memset", sets },
		{ "memcmp and strlen", compares },
	};
	int failed = 0;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int good = cases[i].run();
		failed += !good;
		printf("%s - string: %s%s\n", good ? "ok" : "not ok", cases[i].name,
			good ? "" : ": a byte differs");
	}
	return failed != 0;
}
