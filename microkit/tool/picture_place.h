/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the boxes and lines of a picture go: a layered drawing.
 *
 * The caller gives boxes, each in a column, and lines that all run from a box to
 * one in a column further right. The parts that no line connects are laid out
 * one by one, and then set beside each other. In each part, a line that passes a
 * column gets a lane of its own there (a bend); boxes and lanes of a column are
 * ordered so that few lines cross, and moved so that lines are nearly straight.
 * Whatever the input, no box overlaps another, and no line passes through a box.
 *
 * Integers only, no chance: the same system gives the same picture everywhere.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* All lengths are pixels; y grows downwards. */
struct picture_box {
	size_t column;
	int64_t width; /* wanted; placing widens it to the widest of its column */
	int64_t height;
	int64_t x, y; /* placed: the upper left corner */
};

/* A lane: the line runs from left to right at height y. */
struct picture_bend {
	int64_t left, right, y;
};

struct picture_line {
	size_t from, to;      /* boxes; from's column is less than to's */
	int64_t from_y, to_y; /* placed: where it leaves and enters the boxes' sides */
	struct picture_bend *bends; /* placed: of the columns between, left to right */
	size_t num_bends;
};

/* Vertical distance between two lines that meet the same side of a box. */
#define PICTURE_PORT_PITCH 22

/*
 * Places everything, from (0, 0) to (*width, *height). A box must be high enough
 * for the lines of each of its sides: PICTURE_PORT_PITCH for each.
 */
void picture_place(struct picture_box *boxes, size_t num_boxes,
	struct picture_line *lines, size_t num_lines, int64_t *width, int64_t *height);
