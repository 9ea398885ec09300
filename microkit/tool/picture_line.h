/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a picture: channels, parents, access to memory, capabilities. */
#pragma once

#include <stdio.h>

#include "picture_graph.h"
#include "picture_place.h"

/* The style sheet's class for an edge. */
const char *line_class(const struct picture_edge *edge);

/* Draws a placed line from the right side of one box to the left side of another. */
void line_draw(FILE *out, const struct picture_edge *edge,
	const struct picture_line *line, const struct picture_box *boxes);

/* The same for the legend: without pins, straight, between two points. */
void line_draw_sample(FILE *out, const struct picture_edge *edge, int64_t left,
	int64_t right, int64_t y);
