/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding things by name, and finding ranges that overlap: both by sorting, so
 * that a big system file takes no longer per line than a small one.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model.h"

struct name_entry {
	const char *name; /* borrowed */
	struct position at;
	size_t index; /* in the order of adding, from 0 */
};

struct name_index {
	struct name_entry *entries;
	size_t num_entries;
};

/* Add all names, then sort once, then find. */
void names_add(struct name_index *index, const char *name, struct position at);
void names_sort(struct name_index *index);
/* Index of the first thing added under that name; NONE if there is none. */
size_t names_find(const struct name_index *index, const char *name);
/*
 * One error for each but the first of a name; "" is no name. `what` is the
 * noun, `fix` the way out.
 */
void names_report_twice(const struct name_index *index, const char *file,
	const char *rule, const char *fix, const char *what);

/* What lies from `start`; bytes > 0 and no wrap-around. */
struct range {
	uint64_t start;
	uint64_t bytes;
	struct position at;
	const char *name;
};

/* One error for each range that begins within another. Sorts the array. */
void ranges_report_overlaps(struct range *ranges, size_t num_ranges, const char *file,
	const char *rule, const char *fix, const char *what);
