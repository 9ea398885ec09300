/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growing arrays for a program that runs once and frees nothing.
 *
 * An array is a pointer and a count, as in model.h: both start as zero, the
 * entries are dense, and adding one may move them all.
 */
#pragma once

#include <stddef.h>

/*
 * Makes room for entry *count of an array of `item_bytes` each, zeroes it and
 * counts it. Returns the array, which may have moved. Exits if there is no
 * memory left.
 */
void *list_grow(void *items, size_t *count, size_t item_bytes);

/* Adds a zeroed entry and points to it. */
#define LIST_ADD(items, count) \
	((items) = list_grow((items), &(count), sizeof *(items)), &(items)[(count)-1u])

/* malloc and strndup that exit if there is no memory left. */
void *list_allocate(size_t bytes);
char *list_copy_text(const char *text, size_t bytes);
