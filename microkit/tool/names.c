/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding things by name, and finding ranges that overlap.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "names.h"

void names_add(struct name_index *index, const char *name, struct position at)
{
	struct name_entry *entry = LIST_ADD(index->entries, index->num_entries);

	entry->name = name;
	entry->at = at;
	entry->index = index->num_entries - 1;
}

static int by_name_then_index(const void *left, const void *right)
{
	const struct name_entry *l = left, *r = right;
	int order = strcmp(l->name, r->name);

	if (order)
		return order;
	return l->index < r->index ? -1 : l->index > r->index;
}

void names_sort(struct name_index *index)
{
	if (index->num_entries)
		qsort(index->entries, index->num_entries, sizeof(index->entries[0]),
			by_name_then_index);
}

size_t names_find(const struct name_index *index, const char *name)
{
	size_t low = 0, high = index->num_entries;

	/* The first entry that is not below the name. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->entries[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->num_entries || strcmp(index->entries[low].name, name) != 0)
		return NONE;
	return index->entries[low].index;
}

void names_report_twice(const struct name_index *index, const char *file,
	const char *rule, const char *fix, const char *what)
{
	const struct name_entry *first = index->entries;

	for (size_t i = 1; i < index->num_entries; i++) {
		const struct name_entry *entry = &index->entries[i];

		if (strcmp(first->name, entry->name) != 0)
			first = entry;
		else if (*entry->name)
			diag_error(file, &entry->at, rule, fix,
				"%s '%s' is there already, at %zu:%zu", what, entry->name,
				first->at.row, first->at.column);
	}
}

static bool is_before(struct position left, struct position right)
{
	return left.row < right.row ||
	       (left.row == right.row && left.column < right.column);
}

static int by_start_then_position(const void *left, const void *right)
{
	const struct range *l = left, *r = right;

	if (l->start != r->start)
		return l->start < r->start ? -1 : 1;
	return is_before(l->at, r->at) ? -1 : is_before(r->at, l->at);
}

void ranges_report_overlaps(struct range *ranges, size_t num_ranges, const char *file,
	const char *rule, const char *fix, const char *what)
{
	const struct range *furthest = ranges;

	if (num_ranges)
		qsort(ranges, num_ranges, sizeof(ranges[0]), by_start_then_position);
	for (size_t i = 1; i < num_ranges; i++) {
		const struct range *range = &ranges[i];
		bool is_last = is_before(furthest->at, range->at);
		const struct range *later = is_last ? range : furthest;
		const struct range *sooner = is_last ? furthest : range;

		if (range->start - furthest->start < furthest->bytes)
			diag_error(file, &later->at, rule, fix,
				"%s '%s' at 0x%" PRIx64 "..0x%" PRIx64
				" overlaps '%s' of %zu:%zu at 0x%" PRIx64 "..0x%" PRIx64,
				what, later->name, later->start,
				later->start + later->bytes - 1, sooner->name,
				sooner->at.row, sooner->at.column, sooner->start,
				sooner->start + sooner->bytes - 1);
		if (range->start + (range->bytes - 1) >
			furthest->start + (furthest->bytes - 1))
			furthest = range;
	}
}
