/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pieces of an SVG file that a picture is drawn with. Colours and fonts are
 * in one style sheet, with a second set of colours for dark surroundings; shapes
 * name a class of it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The file's beginning, style sheet and background; `title` is for screen readers. */
void svg_begin(FILE *out, int64_t width, int64_t height, const char *title);
void svg_end(FILE *out);

/* Text as XML wants it; what XML cannot hold becomes '?'. */
void svg_escape(FILE *out, const char *text);

/* A group of a class, shown with `title` (NULL: none) when pointed at. */
void svg_group(FILE *out, const char *class, const char *title);
void svg_group_end(FILE *out);

/* The baseline begins at, or with svg_text_centred is centred on, (x, y). */
void svg_text(FILE *out, const char *class, int64_t x, int64_t y, const char *text);
void svg_text_centred(
	FILE *out, const char *class, int64_t x, int64_t y, const char *text);
/* Ends at x. */
void svg_text_before(
	FILE *out, const char *class, int64_t x, int64_t y, const char *text);

void svg_box(FILE *out, const char *class, int64_t x, int64_t y, int64_t width,
	int64_t height, int64_t radius);

/*
 * Pixels that a text needs at a font size, at most, in the usual sans-serif
 * fonts: nobody knows which one the reader has.
 */
int64_t svg_text_width(const char *text, int64_t size, bool bold);
