/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The picture of a system, as SVG: a title, the boxes and lines, a legend.
 *
 *   system -> picture_graph -> picture_card (sizes) -> picture_place -> here
 */
#include "picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "list.h"
#include "picture_card.h"
#include "picture_graph.h"
#include "picture_line.h"
#include "picture_place.h"
#include "picture_svg.h"

/* Pixels. */
enum { MARGIN = 32, TITLE_HEIGHT = 64, LEAST_WIDTH = 560 };
enum {
	LEGEND_SIZE = 12,
	LEGEND_HEIGHT = 26,
	SAMPLE_WIDTH = 46,
	CHIP_WIDTH = 24,
	LEGEND_GAP = 28,
	OVERVIEW_MARGIN = 12
};

/* ---- the legend: one entry for each sort of thing that the picture shows ---- */

struct legend {
	const char *class; /* of a line, or of a row's background */
	const char *text;
	bool is_line;
	struct picture_edge edge;
};

static const struct legend legends[] = {
	{ "channel call", "may call (protected procedure call)", true,
		{ .kind = PICTURE_CHANNEL, .side[1] = { .called = true } } },
	{ "channel notify", "may notify", true,
		{ .kind = PICTURE_CHANNEL, .side[1] = { .notified = true } } },
	{ "channel link", "queues: each writes to and may notify the other", true,
		{ .kind = PICTURE_CHANNEL,
			.link = true,
			.side = { { .notified = true }, { .notified = true } } } },
	{ "channel unused", "channel that neither end may use", true,
		{ .kind = PICTURE_CHANNEL } },
	{ "child", "is the parent of", true,
		{ .kind = PICTURE_CHILD, .side[0] = { .owns = true } } },
	{ "access", "writes to, is read by", true,
		{ .kind = PICTURE_ACCESS, .side[1] = { .receives = true } } },
	{ "capability", "may control (by <cspace>)", true,
		{ .kind = PICTURE_CAPABILITY, .side[1] = { .receives = true } } },
	{ "irq", "interrupt", false, { 0 } },
	{ "device", "device", false, { 0 } },
	{ "region", "memory", false, { 0 } },
};

enum { NUM_LEGENDS = sizeof(legends) / sizeof(legends[0]) };

static bool legend_used(const struct picture_graph *graph, const struct legend *legend)
{
	static const char *const row_classes[] = {
		[ROW_IRQ] = "irq", [ROW_DEVICE] = "device", [ROW_REGION] = "region"
	};

	for (size_t i = 0; legend->is_line && i < graph->num_edges; i++) {
		const struct picture_side *side = graph->edges[i].side;

		if (strcmp(line_class(&graph->edges[i]), legend->class) == 0)
			return true;
		/* A channel for calls may have chevrons too. */
		if (legend->edge.side[1].notified && !legend->edge.link &&
			!graph->edges[i].link && (side[0].notified || side[1].notified))
			return true;
	}
	for (size_t i = 0; !legend->is_line && i < graph->num_nodes; i++) {
		for (size_t r = 0; r < graph->nodes[i].num_rows; r++) {
			if (strcmp(row_classes[graph->nodes[i].rows[r].kind],
				    legend->class) == 0)
				return true;
		}
	}
	return false;
}

static int64_t sample_width(const struct legend *legend)
{
	return legend->is_line ? SAMPLE_WIDTH : CHIP_WIDTH;
}

static void draw_legend_entry(
	FILE *out, const struct legend *legend, int64_t x, int64_t y)
{
	svg_group(out, legend->class, NULL);
	if (legend->is_line)
		line_draw_sample(out, &legend->edge, x, x + SAMPLE_WIDTH, y);
	else
		svg_box(out, legend->class, x, y - 7, CHIP_WIDTH, 14, 4);
	svg_text(out, "legend", x + sample_width(legend) + 8, y + 4, legend->text);
	svg_group_end(out);
}

/* Sets the entries in lines; returns the height. Draws nothing without `out`. */
static int64_t lay_legend(
	FILE *out, const struct picture_graph *graph, int64_t width, int64_t top)
{
	int64_t x = MARGIN;
	int64_t y = top + LEGEND_HEIGHT / 2;

	for (size_t i = 0; i < NUM_LEGENDS; i++) {
		int64_t needed = sample_width(&legends[i]) + 8 +
				 svg_text_width(legends[i].text, LEGEND_SIZE, false);

		if (!legend_used(graph, &legends[i]))
			continue;
		if (x != MARGIN && x + needed > width - MARGIN) {
			x = MARGIN;
			y += LEGEND_HEIGHT;
		}
		if (out != NULL)
			draw_legend_entry(out, &legends[i], x, y);
		x += needed + LEGEND_GAP;
	}
	return y + LEGEND_HEIGHT / 2 - top;
}

/* ---- text around the picture ---- */

static const char *plural(size_t count, const char *noun)
{
	return picture_text("%zu %s%s", count, noun, count == 1 ? "" : "s");
}

static const char *subtitle(const struct board *board, const struct system *system)
{
	return picture_text("%s \302\267 %s \302\267 %s \302\267 %s \302\267 %s",
		board->name, board->config, plural(system->num_pds, "protection domain"),
		plural(system->num_channels, "channel"),
		plural(system->num_regions, "memory region"));
}

static const char *unmapped_text(const struct picture_graph *graph)
{
	const char *text = "mapped by nobody: ";

	for (size_t i = 0; i < graph->num_unmapped; i++)
		text = picture_text(
			"%s%s%s", text, i == 0 ? "" : ", ", graph->unmapped[i]);
	return text;
}

/* ---- all of it ---- */

struct picture {
	struct picture_graph graph;
	struct card *cards;
	struct picture_box *boxes;
	struct picture_line *lines;
	int64_t width, height; /* of boxes and lines */
};

static void lay_out(const struct board *board, const struct system *system,
	const struct layout *layout, bool overview, struct picture *picture)
{
	struct picture_graph *graph = &picture->graph;

	picture_graph(system, board, overview, graph);
	picture->cards = list_allocate(graph->num_nodes * sizeof(*picture->cards));
	picture->boxes = list_allocate(graph->num_nodes * sizeof(*picture->boxes));
	picture->lines = list_allocate(graph->num_edges * sizeof(*picture->lines));
	for (size_t i = 0; i < graph->num_nodes; i++)
		card_make(board, system, layout, &graph->nodes[i], &picture->cards[i],
			&picture->boxes[i]);
	for (size_t i = 0; i < graph->num_edges; i++) {
		picture->lines[i].from = graph->edges[i].side[0].node;
		picture->lines[i].to = graph->edges[i].side[1].node;
	}
	picture_place(picture->boxes, graph->num_nodes, picture->lines, graph->num_edges,
		&picture->width, &picture->height);
}

static void move(struct picture *picture, int64_t x, int64_t y)
{
	for (size_t i = 0; i < picture->graph.num_nodes; i++) {
		picture->boxes[i].x += x;
		picture->boxes[i].y += y;
	}
	for (size_t i = 0; i < picture->graph.num_edges; i++) {
		struct picture_line *line = &picture->lines[i];

		line->from_y += y;
		line->to_y += y;
		for (size_t b = 0; b < line->num_bends; b++) {
			line->bends[b].left += x;
			line->bends[b].right += x;
			line->bends[b].y += y;
		}
	}
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void picture_print(FILE *out, const struct board *board, const struct system *system,
	const struct layout *layout)
{
	const char *name = describe_basename(system->file);
	const char *line = subtitle(board, system);
	struct picture picture;
	int64_t width;
	int64_t legend_y;
	int64_t height;

	lay_out(board, system, layout, false, &picture);
	width = larger(picture.width,
		larger(svg_text_width(line, 12, false), LEAST_WIDTH - 2 * MARGIN));
	width += 2 * MARGIN;
	legend_y = TITLE_HEIGHT + MARGIN + picture.height + MARGIN;
	height = legend_y + lay_legend(NULL, &picture.graph, width, legend_y) +
		 MARGIN / 2;
	if (picture.graph.num_unmapped != 0)
		height += LEGEND_HEIGHT;

	svg_begin(out, width, height, name);
	svg_text(out, "title", MARGIN, 42, name);
	svg_text(out, "subtitle", MARGIN, 62, line);
	move(&picture, (width - picture.width) / 2, TITLE_HEIGHT + MARGIN);
	for (size_t i = 0; i < picture.graph.num_nodes; i++)
		card_draw(out, &picture.cards[i], &picture.boxes[i]);
	for (size_t i = 0; i < picture.graph.num_edges; i++)
		line_draw(out, &picture.graph.edges[i], &picture.lines[i], picture.boxes);
	lay_legend(out, &picture.graph, width, legend_y);
	if (picture.graph.num_unmapped != 0)
		svg_text(out, "legend", MARGIN, height - MARGIN / 2 - 4,
			unmapped_text(&picture.graph));
	svg_end(out);
}

void picture_print_overview(FILE *out, const struct board *board,
	const struct system *system, const struct layout *layout)
{
	struct picture picture;

	lay_out(board, system, layout, true, &picture);
	svg_begin(out, picture.width + 2 * OVERVIEW_MARGIN,
		picture.height + 2 * OVERVIEW_MARGIN, describe_basename(system->file));
	move(&picture, OVERVIEW_MARGIN, OVERVIEW_MARGIN);
	for (size_t i = 0; i < picture.graph.num_nodes; i++)
		card_draw(out, &picture.cards[i], &picture.boxes[i]);
	for (size_t i = 0; i < picture.graph.num_edges; i++)
		line_draw(out, &picture.graph.edges[i], &picture.lines[i], picture.boxes);
	svg_end(out);
}

static bool write_to(const char *file, const struct board *board,
	const struct system *system, const struct layout *layout, bool overview)
{
	FILE *out = fopen(file, "w");
	bool written;

	if (out != NULL) {
		(overview ? picture_print_overview : picture_print)(
			out, board, system, layout);
		written = ferror(out) == 0;
		written = fclose(out) == 0 && written;
		if (written)
			return true;
		remove(file);
	}
	diag_error(file, NULL, "the picture is a file that can be written",
		"name another file with --picture, or make room for this one",
		"cannot write the picture: %s", strerror(errno));
	return false;
}

bool picture_write(const struct options *options, const struct board *board,
	const struct system *system, const struct layout *layout)
{
	return write_to(options->picture, board, system, layout, false) &&
	       (!options->overview ||
		       write_to(options->overview, board, system, layout, true));
}
