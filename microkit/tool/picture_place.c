/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Places a picture: finds its connected parts, lays each out in columns
 * (picture_order.c, picture_align.c), and sets the parts on shelves.
 */
#include "picture_place.h"

#include <stdlib.h>

#include "list.h"
#include "picture_part.h"

enum { SCALE = 16, LANE_HEIGHT = 4 };
enum { PART_GAP_X = 56, PART_GAP_Y = 40 };
/* The space between two columns: more where lines climb far. */
enum { COLUMN_GAP_LEAST = 76, COLUMN_GAP_MOST = 170, CLIMB_PER_PIXEL = 5 };

struct placing {
	struct picture_box *boxes;
	size_t num_boxes;
	struct picture_line *lines;
	size_t num_lines;
	size_t *part_of; /* of each box: the least box of its part */
};

/* A part that is laid out, with (0, 0) as its upper left corner. */
struct extent {
	size_t first; /* box */
	int64_t width, height;
	int64_t x, y; /* its place on the shelves */
};

/* ---- parts ---- */

static size_t find_root(size_t *parents, size_t box)
{
	while (parents[box] != box) {
		parents[box] = parents[parents[box]];
		box = parents[box];
	}
	return box;
}

static void find_parts(struct placing *placing)
{
	size_t *parents = list_allocate(placing->num_boxes * sizeof(*parents));

	for (size_t i = 0; i < placing->num_boxes; i++)
		parents[i] = i;
	for (size_t i = 0; i < placing->num_lines; i++) {
		size_t a = find_root(parents, placing->lines[i].from);
		size_t b = find_root(parents, placing->lines[i].to);

		if (a < b)
			parents[b] = a;
		else
			parents[a] = b;
	}
	for (size_t i = 0; i < placing->num_boxes; i++)
		parents[i] = find_root(parents, i);
	placing->part_of = parents;
}

/* ---- making a part ---- */

/* The columns in use get dense numbers: dense[old] = new. */
static size_t *number_columns(
	const struct placing *placing, size_t first, struct part *part)
{
	size_t most = 0;
	size_t *dense;

	for (size_t i = 0; i < placing->num_boxes; i++) {
		if (placing->part_of[i] == first && placing->boxes[i].column > most)
			most = placing->boxes[i].column;
	}
	dense = list_allocate((most + 1) * sizeof(*dense));
	for (size_t i = 0; i < placing->num_boxes; i++) {
		if (placing->part_of[i] == first)
			dense[placing->boxes[i].column] = 1;
	}
	for (size_t c = 0; c <= most; c++) {
		size_t used = dense[c];

		dense[c] = part->num_columns;
		part->num_columns += used;
	}
	return dense;
}

static size_t add_item(
	struct part *part, bool lane, size_t origin, size_t column, int64_t height)
{
	struct item *item = LIST_ADD(part->items, part->num_items);

	item->lane = lane;
	item->origin = origin;
	item->column = column;
	item->height = height * SCALE;
	return part->num_items - 1;
}

static void add_line(struct part *part, const struct picture_line *lines, size_t line,
	const size_t *item_of)
{
	size_t last = item_of[lines[line].to];
	size_t at = item_of[lines[line].from];

	while (at != last) {
		size_t column = part->items[at].column + 1;
		size_t next = column == part->items[last].column
				      ? last
				      : add_item(part, true, line, column, LANE_HEIGHT);
		struct link *link = LIST_ADD(part->links, part->num_links);

		link->left = at;
		link->right = next;
		link->line = line;
		/* A lane's line runs in its middle. */
		link->left_port = (int64_t)LANE_HEIGHT * SCALE / 2;
		link->right_port = (int64_t)LANE_HEIGHT * SCALE / 2;
		at = next;
	}
}

/* Groups the links by their items, and the items by their columns. */
static void index_part(struct part *part)
{
	size_t left = 0;
	size_t right = 0;
	size_t at = 0;

	part->left_links = list_allocate(part->num_links * sizeof(size_t));
	part->right_links = list_allocate(part->num_links * sizeof(size_t));
	part->column_first = list_allocate((part->num_columns + 1) * sizeof(size_t));
	part->order = list_allocate(part->num_items * sizeof(size_t));
	for (size_t i = 0; i < part->num_links; i++) {
		part->items[part->links[i].right].left_last++;
		part->items[part->links[i].left].right_last++;
	}
	for (size_t i = 0; i < part->num_items; i++) {
		struct item *item = &part->items[i];

		item->left_first = left;
		item->right_first = right;
		left += item->left_last;
		right += item->right_last;
		item->left_last = item->left_first;
		item->right_last = item->right_first;
	}
	for (size_t i = 0; i < part->num_links; i++) {
		struct link *link = &part->links[i];

		part->left_links[part->items[link->right].left_last++] = i;
		part->right_links[part->items[link->left].right_last++] = i;
	}
	for (size_t c = 0; c < part->num_columns; c++) {
		part->column_first[c] = at;
		for (size_t i = 0; i < part->num_items; i++) {
			if (part->items[i].column != c)
				continue;
			part->items[i].place = at - part->column_first[c];
			part->order[at++] = i;
		}
	}
	part->column_first[part->num_columns] = at;
}

static void make_part(const struct placing *placing, size_t first, struct part *part)
{
	size_t *dense = number_columns(placing, first, part);
	size_t *item_of = list_allocate(placing->num_boxes * sizeof(*item_of));

	for (size_t i = first; i < placing->num_boxes; i++) {
		if (placing->part_of[i] == first)
			item_of[i] = add_item(part, false, i,
				dense[placing->boxes[i].column],
				placing->boxes[i].height);
	}
	for (size_t i = 0; i < placing->num_lines; i++) {
		if (placing->part_of[placing->lines[i].from] == first)
			add_line(part, placing->lines, i, item_of);
	}
	index_part(part);
	free(item_of);
	free(dense);
}

/* ---- from a part to pixels ---- */

static int64_t pixels(int64_t sixteenths)
{
	return (sixteenths + SCALE / 2) / SCALE;
}

static int64_t column_width(
	const struct placing *placing, const struct part *part, size_t column)
{
	int64_t width = 0;

	for (size_t i = part->column_first[column]; i < part->column_first[column + 1];
		i++) {
		const struct item *item = &part->items[part->order[i]];

		if (!item->lane && placing->boxes[item->origin].width > width)
			width = placing->boxes[item->origin].width;
	}
	return width;
}

/* The space to the left of a column, by how far lines climb in it. */
static int64_t column_gap(const struct part *part, size_t column)
{
	int64_t climb = 0;

	for (size_t i = part->column_first[column]; i < part->column_first[column + 1];
		i++) {
		const struct item *item = &part->items[part->order[i]];

		for (size_t l = item->left_first; l < item->left_last; l++) {
			const struct link *link = &part->links[part->left_links[l]];
			int64_t slant = item->y + link->right_port -
					part->items[link->left].y - link->left_port;

			slant = slant < 0 ? -slant : slant;
			climb = slant > climb ? slant : climb;
		}
	}
	climb = COLUMN_GAP_LEAST + pixels(climb) / CLIMB_PER_PIXEL;
	return climb > COLUMN_GAP_MOST ? COLUMN_GAP_MOST : climb;
}

static void set_item(
	struct placing *placing, const struct item *item, int64_t left, int64_t width)
{
	if (item->lane) {
		struct picture_line *line = &placing->lines[item->origin];
		struct picture_bend *bend = LIST_ADD(line->bends, line->num_bends);

		bend->left = left;
		bend->right = left + width;
		bend->y = pixels(item->y + item->height / 2);
	} else {
		struct picture_box *box = &placing->boxes[item->origin];

		box->x = left;
		box->y = pixels(item->y);
		box->width = width;
	}
}

static void set_ports(struct placing *placing, const struct part *part)
{
	for (size_t i = 0; i < part->num_links; i++) {
		const struct link *link = &part->links[i];
		struct picture_line *line = &placing->lines[link->line];

		if (!part->items[link->left].lane)
			line->from_y = pixels(
				part->items[link->left].y + link->left_port);
		if (!part->items[link->right].lane)
			line->to_y = pixels(
				part->items[link->right].y + link->right_port);
	}
}

static void set_part(
	struct placing *placing, const struct part *part, struct extent *extent)
{
	int64_t x = 0;

	for (size_t c = 0; c < part->num_columns; c++) {
		int64_t width = column_width(placing, part, c);

		if (c != 0)
			x += column_gap(part, c);
		/* Columns ascend, so a line's bends are added left to right. */
		for (size_t i = part->column_first[c]; i < part->column_first[c + 1];
			i++) {
			const struct item *item = &part->items[part->order[i]];

			set_item(placing, item, x, width);
			if (pixels(item->y + item->height) > extent->height)
				extent->height = pixels(item->y + item->height);
		}
		x += width;
	}
	extent->width = x;
	set_ports(placing, part);
}

static void free_part(struct part *part)
{
	free(part->items);
	free(part->links);
	free(part->left_links);
	free(part->right_links);
	free(part->column_first);
	free(part->order);
}

/* ---- shelves ---- */

static int compare_extents(const void *a, const void *b)
{
	const struct extent *x = a;
	const struct extent *y = b;

	if (x->height != y->height)
		return x->height > y->height ? -1 : 1;
	return x->first < y->first ? -1 : 1;
}

/* A width that makes the whole about 16 to 10; the widest part fits in any case. */
static int64_t shelf_width(const struct extent *extents, size_t num)
{
	int64_t area = 0;
	int64_t widest = 0;
	int64_t width = 1;

	for (size_t i = 0; i < num; i++) {
		area += (extents[i].width + PART_GAP_X) *
			(extents[i].height + PART_GAP_Y);
		widest = extents[i].width > widest ? extents[i].width : widest;
	}
	while (width * width * 10 < area * 16)
		width += 8;
	return width > widest ? width : widest;
}

static void fill_shelves(
	struct extent *extents, size_t num, int64_t *width, int64_t *height)
{
	int64_t most = shelf_width(extents, num);
	int64_t x = 0;
	int64_t y = 0;
	int64_t shelf = 0;

	qsort(extents, num, sizeof(*extents), compare_extents);
	*width = 0;
	for (size_t i = 0; i < num; i++) {
		if (x != 0 && x + extents[i].width > most) {
			y += shelf + PART_GAP_Y;
			x = 0;
			shelf = 0;
		}
		extents[i].x = x;
		extents[i].y = y;
		x += extents[i].width;
		*width = x > *width ? x : *width;
		x += PART_GAP_X;
		shelf = extents[i].height > shelf ? extents[i].height : shelf;
	}
	*height = y + shelf;
}

static void move_part(struct placing *placing, const struct extent *extent)
{
	for (size_t i = 0; i < placing->num_boxes; i++) {
		if (placing->part_of[i] != extent->first)
			continue;
		placing->boxes[i].x += extent->x;
		placing->boxes[i].y += extent->y;
	}
	for (size_t i = 0; i < placing->num_lines; i++) {
		struct picture_line *line = &placing->lines[i];

		if (placing->part_of[line->from] != extent->first)
			continue;
		line->from_y += extent->y;
		line->to_y += extent->y;
		for (size_t b = 0; b < line->num_bends; b++) {
			line->bends[b].left += extent->x;
			line->bends[b].right += extent->x;
			line->bends[b].y += extent->y;
		}
	}
}

void picture_place(struct picture_box *boxes, size_t num_boxes,
	struct picture_line *lines, size_t num_lines, int64_t *width, int64_t *height)
{
	struct placing placing = { boxes, num_boxes, lines, num_lines, NULL };
	struct extent *extents = NULL;
	size_t num_extents = 0;

	find_parts(&placing);
	for (size_t i = 0; i < num_boxes; i++) {
		struct part part = { 0 };
		struct extent *extent;

		if (placing.part_of[i] != i)
			continue;
		make_part(&placing, i, &part);
		part_order(&part);
		part_align(&part);
		extent = LIST_ADD(extents, num_extents);
		extent->first = i;
		set_part(&placing, &part, extent);
		free_part(&part);
	}
	fill_shelves(extents, num_extents, width, height);
	for (size_t i = 0; i < num_extents; i++)
		move_part(&placing, &extents[i]);
	free(extents);
	free(placing.part_of);
}
