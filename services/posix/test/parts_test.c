/* SPDX-License-Identifier: BSD-2-Clause */
/* The heap's pages against a simple model, and paths by example. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../heap.h"
#include "../path.h"

#define PAGES 257u
#define STEPS 100000u
#define PIECES 64u

static _Alignas(HEAP_PAGE_BYTES) unsigned char region[PAGES * HEAP_PAGE_BYTES];
static int failures;

static void check(bool holds, const char *name)
{
	printf("%s - %s%s\n", holds ? "ok" : "not ok", name,
		holds ? "" : ": does not hold");
	failures += !holds;
}

/* Whether all bytes are `value`. */
static bool filled(const unsigned char *data, size_t bytes, unsigned char value)
{
	for (size_t i = 0; i < bytes; i++)
		if (data[i] != value)
			return false;
	return true;
}

/* Pieces come and go at random; each is zero at first and keeps what is written into it. */
static void test_random(void)
{
	struct heap heap;
	struct {
		unsigned char *start;
		size_t bytes;
	} pieces[PIECES] = { { NULL, 0 } };
	bool right = heap_start(&heap, region, sizeof region);
	size_t own = heap.used, refused = 0;

	for (unsigned step = 0; step < STEPS && right; step++) {
		size_t i = (size_t)rand() % PIECES;

		if (pieces[i].start) {
			right = filled(pieces[i].start, pieces[i].bytes,
					(unsigned char)(i + 1)) &&
				heap_unmap(&heap, pieces[i].start, pieces[i].bytes);
			pieces[i].start = NULL;
			continue;
		}
		pieces[i].bytes = 1 + (size_t)rand() % (12 * HEAP_PAGE_BYTES);
		pieces[i].start = heap_map(&heap, pieces[i].bytes);
		refused += !pieces[i].start;
		if (pieces[i].start) {
			right = filled(pieces[i].start, pieces[i].bytes, 0);
			memset(pieces[i].start, (int)(i + 1), pieces[i].bytes);
		}
	}
	check(right, "pieces never overlap, begin as zeros and keep their content");
	check(refused > 0, "the test has filled the heap");
	for (size_t i = 0; i < PIECES; i++)
		if (pieces[i].start)
			right = heap_unmap(&heap, pieces[i].start, pieces[i].bytes) &&
				right;
	check(right && heap.used == own, "all comes back");
	check(heap_map(&heap, (PAGES - own) * HEAP_PAGE_BYTES) != NULL,
		"then there is one piece again");
}

static void test_limits(void)
{
	struct heap heap;

	check(!heap_start(&heap, region + 1, HEAP_PAGE_BYTES * 4),
		"a crooked region is refused");
	check(!heap_start(&heap, region, HEAP_PAGE_BYTES),
		"a region of one page is refused");
	check(heap_start(&heap, region, 3 * HEAP_PAGE_BYTES), "three pages will do");
	check(heap_map(&heap, 0) == NULL && heap_map(&heap, SIZE_MAX) == NULL,
		"nothing and everything are refused");
	check(!heap_unmap(&heap, region, HEAP_PAGE_BYTES), "the heap's own page stays");
	check(!heap_unmap(&heap, region + HEAP_PAGE_BYTES, SIZE_MAX),
		"more than there is cannot come back");
	check(!heap_unmap(&heap, region + sizeof region, HEAP_PAGE_BYTES),
		"nor can what is elsewhere");
}

static void test_paths(void)
{
	static const struct {
		const char *base, *path, *plain;
	} cases[] = {
		{ "/", "a", "/a" },
		{ "/a/b", "c", "/a/b/c" },
		{ "/a/b", "/c", "/c" },
		{ "/a/b", "..", "/a" },
		{ "/a/b", "../../..", "/" },
		{ "/a/b", "./c//d/.", "/a/b/c/d" },
		{ "/", "/../../etc/passwd", "/etc/passwd" },
		{ "/", "...", "/..." },
		{ "/", "/", "/" },
		{ "/a", "b/../c/", "/a/c" },
	};
	char plain[16], all[256];
	bool right = true;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		right = right &&
			path_resolve(cases[i].base, cases[i].path, all, sizeof all) ==
				0 &&
			strcmp(all, cases[i].plain) == 0;
	check(right, "paths are made plain");
	check(path_resolve("/", "", all, sizeof all) == -ENOENT, "an empty path is none");
	check(path_resolve("/", "123456789012345", plain, sizeof plain) ==
				-ENAMETOOLONG &&
			strlen(plain) < sizeof plain,
		"a path that is too long is refused");
	check(path_resolve("/", "12345678901234", plain, sizeof plain) == 0,
		"one that just fits is not");
}

int main(void)
{
	const char *seed = getenv("TEST_SEED");

	srand(seed ? (unsigned)strtoul(seed, NULL, 10) : 1);
	test_random();
	test_limits();
	test_paths();
	return failures != 0;
}
