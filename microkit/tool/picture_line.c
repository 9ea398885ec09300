/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of a picture. At each end, from the box outwards: a pin with the
 * number by which that side knows the line, an arrow head for a call that may
 * arrive, a chevron for a notification that may arrive, then the line itself.
 */
#include "picture_line.h"

#include <inttypes.h>

#include "picture_svg.h"

/* Pixels. */
enum { PIN_HEIGHT = 16, PIN_LEAST = 18, PIN_SIZE = 10 };
enum {
	HEAD_LENGTH = 10,
	HEAD_HALF = 5,
	BELL_LENGTH = 6,
	BELL_HALF = 5,
	DIAMOND_LENGTH = 16
};

const char *line_class(const struct picture_edge *edge)
{
	static const char *const classes[] = { [PICTURE_CHILD] = "child",
		[PICTURE_ACCESS] = "access",
		[PICTURE_CAPABILITY] = "capability" };
	const struct picture_side *side = edge->side;

	if (edge->kind != PICTURE_CHANNEL)
		return classes[edge->kind];
	if (side[0].called || side[1].called)
		return "channel call";
	if (edge->link)
		return "channel link";
	if (side[0].notified || side[1].notified)
		return "channel notify";
	return "channel unused";
}

static int64_t pin_width(const struct picture_side *side)
{
	int64_t width;

	if (side->pin == NULL)
		return 0;
	width = svg_text_width(side->pin, PIN_SIZE, false) + 8;
	return width > PIN_LEAST ? width : PIN_LEAST;
}

/* Draws what arrives at a side; returns where the line ends. away: +1 or -1. */
static int64_t draw_heads(
	FILE *out, const struct picture_side *side, int64_t x, int64_t y, int64_t away)
{
	if (side->owns) {
		fprintf(out,
			"<path class=\"head\" d=\"M%" PRId64 " %" PRId64 "l%" PRId64
			" -5l%" PRId64 " 5l%" PRId64 " 5z\"/>\n",
			x, y, away * DIAMOND_LENGTH / 2, away * DIAMOND_LENGTH / 2,
			-away * DIAMOND_LENGTH / 2);
		x += away * DIAMOND_LENGTH;
	}
	if (side->called || side->receives) {
		fprintf(out,
			"<path class=\"head\" d=\"M%" PRId64 " %" PRId64 "l%" PRId64
			" %d v%dz\"/>\n",
			x, y, away * HEAD_LENGTH, -HEAD_HALF, 2 * HEAD_HALF);
		x += away * (HEAD_LENGTH - 1);
	}
	if (side->notified) {
		int64_t tip = side->called ? x + away * 3 : x + away;

		fprintf(out,
			"<path class=\"bell\" d=\"M%" PRId64 " %" PRId64 "L%" PRId64
			" %" PRId64 "l%" PRId64 " %d\"/>\n",
			tip + away * BELL_LENGTH, y - BELL_HALF, tip, y,
			away * BELL_LENGTH, BELL_HALF);
	}
	return x;
}

static void draw_pin(FILE *out, const struct picture_side *side, int64_t x, int64_t y)
{
	int64_t width = pin_width(side);

	if (side->pin == NULL)
		return;
	svg_box(out, "pin", x - width / 2, y - PIN_HEIGHT / 2, width, PIN_HEIGHT,
		PIN_HEIGHT / 2);
	svg_text_centred(out, "pin-text", x, y + 4, side->pin);
}

/* Goes on to (x, y) by a curve that is level at both ends. */
static void curve_to(FILE *out, int64_t *at_x, int64_t *at_y, int64_t x, int64_t y)
{
	int64_t middle = (*at_x + x) / 2;

	if (y == *at_y)
		fprintf(out, "H%" PRId64, x);
	else
		fprintf(out,
			"C%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
			" %" PRId64,
			middle, *at_y, middle, y, x, y);
	*at_x = x;
	*at_y = y;
}

static void draw_path(FILE *out, const char *class, const struct picture_line *line,
	int64_t left, int64_t right)
{
	int64_t x = left;
	int64_t y = line->from_y;

	fprintf(out, "<path class=\"%s\" d=\"M%" PRId64 " %" PRId64, class, x, y);
	for (size_t i = 0; i < line->num_bends; i++) {
		const struct picture_bend *bend = &line->bends[i];

		curve_to(out, &x, &y, bend->left, bend->y);
		curve_to(out, &x, &y, bend->right, bend->y);
	}
	curve_to(out, &x, &y, right, line->to_y);
	fprintf(out, "\"/>\n");
}

void line_draw(FILE *out, const struct picture_edge *edge,
	const struct picture_line *line, const struct picture_box *boxes)
{
	const struct picture_side *from = &edge->side[0];
	const struct picture_side *to = &edge->side[1];
	int64_t left = boxes[line->from].x + boxes[line->from].width;
	int64_t right = boxes[line->to].x;
	int64_t line_left = left + pin_width(from) / 2;
	int64_t line_right = right - pin_width(to) / 2;

	svg_group(out, line_class(edge), edge->title);
	draw_path(out, "halo", line, line_left, line_right);
	line_left = draw_heads(out, from, line_left, line->from_y, 1);
	line_right = draw_heads(out, to, line_right, line->to_y, -1);
	draw_path(out, "line", line, line_left, line_right);
	draw_pin(out, from, left, line->from_y);
	draw_pin(out, to, right, line->to_y);
	svg_group_end(out);
}

void line_draw_sample(FILE *out, const struct picture_edge *edge, int64_t left,
	int64_t right, int64_t y)
{
	struct picture_line line = { .from_y = y, .to_y = y };

	left = draw_heads(out, &edge->side[0], left, y, 1);
	right = draw_heads(out, &edge->side[1], right, y, -1);
	draw_path(out, "line", &line, left, right);
}
