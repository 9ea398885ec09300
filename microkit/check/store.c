/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that is never given back, text, and whole files. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* Every block is reachable from here, so that no leak is reported at exit. */
struct block {
	struct block *next;
	uint64_t align[];
};

static struct block *blocks;

void *store_alloc(size_t count, size_t item_bytes)
{
	struct block *block = NULL;
	if (item_bytes == 0 || count < (SIZE_MAX - sizeof *block) / item_bytes)
		block = calloc(1, sizeof *block + count * item_bytes);
	if (block == NULL) {
		fprintf(stderr,
			"microkit check: out of memory (%zu items of %zu bytes)\n", count,
			item_bytes);
		exit(2);
	}
	block->next = blocks;
	blocks = block;
	return block->align;
}

void *store_append(void *array, size_t *count, size_t item_bytes)
{
	size_t n = (*count)++;
	if (n != 0 && (n & (n - 1)) != 0)
		return array;
	/* At 0, 1 and each power of two the capacity is used up: double it. */
	void *larger = store_alloc(n == 0 ? 1 : 2 * n, item_bytes);
	if (n != 0)
		memcpy(larger, array, n * item_bytes);
	return larger;
}

char *store_text(const char *format, ...)
{
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	int length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	size_t bytes = length < 0 ? 1 : (size_t)length + 1;
	char *text = store_alloc(bytes, 1);
	vsnprintf(text, bytes, format, again);
	va_end(again);
	return text;
}

bool store_read(const char *path, struct bytes *out)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return false;
	uint8_t *data = NULL;
	size_t size = 0, room = 0;
	bool done = false;
	while (!done) {
		if (size == room) {
			room = room == 0 ? 65536 : 2 * room;
			uint8_t *larger = store_alloc(room, 1);
			if (size != 0)
				memcpy(larger, data, size);
			data = larger;
		}
		size_t n = fread(data + size, 1, room - size, file);
		size += n;
		done = n == 0;
	}
	bool good = ferror(file) == 0;
	fclose(file);
	*out = (struct bytes){ data, size };
	return good;
}
