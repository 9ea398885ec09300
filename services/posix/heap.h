/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for malloc: whole pages out of one region, given back when they are free.
 *
 * musl's malloc asks for pages (mmap) and gives them back (munmap). A bit for each page
 * says whether it is used; the bits lie in the first pages of the region. First fit,
 * lowest address first, so that large free areas stay in one piece.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define HEAP_PAGE_BYTES 4096u

struct heap {
	unsigned char *base; /* aligned to a page */
	size_t pages;        /* of the region */
	size_t own;          /* of these, hold the bits */
	size_t used;         /* own included */
	unsigned long *bits; /* 1: used */
	size_t first_free;   /* no page below is free */
};

/* Takes the region over. Borrows: it, for good. Ensures: false if it is too small. */
bool heap_start(struct heap *heap, void *base, size_t bytes)
	__attribute__((warn_unused_result));

/* Pages of `bytes` rounded up, full of zeros; NULL if there is no such piece. */
void *heap_map(struct heap *heap, size_t bytes) __attribute__((warn_unused_result));

/*
 * Gives pages back. Ensures: false, and nothing is done, if `address` is not a page of the
 * heap, or the pages reach beyond it.
 */
bool heap_unmap(struct heap *heap, void *address, size_t bytes)
	__attribute__((warn_unused_result));
