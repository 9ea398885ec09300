/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages for malloc; see heap.h. */
#include "heap.h"

#include <stdint.h>
#include <string.h>

#define WORD_BITS (8 * sizeof(unsigned long))

static bool page_used(const struct heap *heap, size_t page)
{
	return (heap->bits[page / WORD_BITS] >> page % WORD_BITS & 1) != 0;
}

static void mark(struct heap *heap, size_t page, size_t count, bool used)
{
	for (size_t i = page; i < page + count; i++) {
		unsigned long bit = 1ul << i % WORD_BITS;

		if (used)
			heap->bits[i / WORD_BITS] |= bit;
		else
			heap->bits[i / WORD_BITS] &= ~bit;
	}
}

static size_t pages_of(size_t bytes)
{
	return bytes / HEAP_PAGE_BYTES + (bytes % HEAP_PAGE_BYTES != 0);
}

bool heap_start(struct heap *heap, void *base, size_t bytes)
{
	size_t pages = bytes / HEAP_PAGE_BYTES;
	size_t words = pages / WORD_BITS + 1;
	size_t own = pages_of(words * sizeof(unsigned long));

	if ((uintptr_t)base % HEAP_PAGE_BYTES != 0 || pages <= own)
		return false;
	*heap = (struct heap){ .base = base,
		.pages = pages,
		.own = own,
		.used = own,
		.bits = base,
		.first_free = own };
	memset(base, 0, words * sizeof(unsigned long));
	mark(heap, 0, own, true);
	return true;
}

void *heap_map(struct heap *heap, size_t bytes)
{
	size_t wanted = pages_of(bytes);
	size_t run = 0;

	if (wanted == 0 || wanted > heap->pages - heap->used)
		return NULL;
	for (size_t page = heap->first_free; page < heap->pages; page++) {
		run = page_used(heap, page) ? 0 : run + 1;
		if (run == wanted) {
			size_t first = page + 1 - wanted;
			unsigned char *start = heap->base + first * HEAP_PAGE_BYTES;

			mark(heap, first, wanted, true);
			heap->used += wanted;
			if (first == heap->first_free)
				heap->first_free = page + 1;
			memset(start, 0, wanted * HEAP_PAGE_BYTES);
			return start;
		}
	}
	return NULL;
}

bool heap_unmap(struct heap *heap, void *address, size_t bytes)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)heap->base;
	size_t page = offset / HEAP_PAGE_BYTES;
	size_t count = pages_of(bytes);

	if (offset % HEAP_PAGE_BYTES != 0 || page < heap->own || page >= heap->pages ||
		count > heap->pages - page)
		return false;
	for (size_t i = page; i < page + count; i++)
		heap->used -= page_used(heap, i);
	mark(heap, page, count, false);
	if (page < heap->first_free)
		heap->first_free = page;
	return true;
}
