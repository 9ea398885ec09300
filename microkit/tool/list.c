/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growing arrays. The capacity is not stored: it is the power of two at or
 * above the count, so that an array grows when its count reaches one.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"

static void out_of_memory(void)
{
	fputs("microkit: error: no memory left\n", stderr);
	exit(1);
}

void *list_allocate(size_t bytes)
{
	void *memory = calloc(1, bytes ? bytes : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

char *list_copy_text(const char *text, size_t bytes)
{
	char *copy = list_allocate(bytes + 1);

	memcpy(copy, text, bytes);
	return copy;
}

void *list_grow(void *items, size_t *count, size_t item_bytes)
{
	size_t n = *count;

	if ((n & (n - 1)) == 0) {
		size_t capacity = n ? 2 * n : 1;

		if (capacity > SIZE_MAX / item_bytes)
			out_of_memory();
		items = realloc(items, capacity * item_bytes);
		if (!items)
			out_of_memory();
	}
	memset((char *)items + n * item_bytes, 0, item_bytes);
	*count = n + 1;
	return items;
}
