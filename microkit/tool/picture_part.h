/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One connected part of a picture while it is laid out: what the steps of
 * picture_place.c share.
 *
 * An item is a box or a lane. A link is the piece of a line between items of
 * neighbouring columns. The items of column c, from top to bottom, are
 * order[column_first[c]] up to, not with, order[column_first[c + 1]].
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct item {
	bool lane;
	size_t origin; /* index of the box, or of the line */
	size_t column;
	size_t place;                   /* in its column, from 0 */
	int64_t height, y;              /* in sixteenths of a pixel */
	size_t left_first, left_last;   /* links to the left: left_links[first..last) */
	size_t right_first, right_last; /* likewise to the right */
};

struct link {
	size_t left, right; /* items */
	size_t line;
	int64_t left_port, right_port; /* below the items' upper ends; sixteenths */
};

struct part {
	struct item *items;
	size_t num_items;
	struct link *links;
	size_t num_links;
	size_t *left_links;  /* link indices, grouped by right item */
	size_t *right_links; /* link indices, grouped by left item */
	size_t num_columns;
	size_t *column_first;
	size_t *order;
};

/* picture_order.c: gives items their places in their columns, with few crossings. */
void part_order(struct part *part);

/* picture_align.c: gives links their ports, and items their heights above each other. */
void part_align(struct part *part);
