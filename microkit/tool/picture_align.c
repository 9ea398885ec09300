/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports and heights. The order of each column being given, its items are moved
 * to where their links are straightest: the places that have the least sum of
 * weighted squares of the links' slants, subject to the order and to a distance
 * between neighbours. For one column against a fixed neighbour that is a
 * monotone regression, which pooling adjacent violators solves exactly; columns
 * take turns until all of them have settled.
 */
#include <stdint.h>
#include <stdlib.h>

#include "list.h"
#include "picture_part.h"
#include "picture_place.h"

enum { SCALE = 16, TURNS = 40 };
/* Above so many items, seconds matter more than straight lines. */
enum { MANY_ITEMS = 4000, TURNS_OF_MANY = 8 };
enum { BOX_GAP = 30, LANE_GAP = 12, MIXED_GAP = 20 };
/* A crooked line hurts the eye most where it passes a column. */
enum { WEIGHT_LANES = 64, WEIGHT_LANE = 4, WEIGHT_BOXES = 1 };

/* ---- ports ---- */

static const struct part *sorting;
static bool sorting_left;

/* By the place of the far item; links of the same items by line. */
static int compare_links(const void *a, const void *b)
{
	const struct link *x = &sorting->links[*(const size_t *)a];
	const struct link *y = &sorting->links[*(const size_t *)b];
	size_t x_place = sorting->items[sorting_left ? x->left : x->right].place;
	size_t y_place = sorting->items[sorting_left ? y->left : y->right].place;

	if (x_place != y_place)
		return x_place < y_place ? -1 : 1;
	return x->line < y->line ? -1 : 1;
}

/* The ports of one side of an item are a pitch apart, about its middle. */
static void give_ports(struct part *part, const struct item *item, bool left)
{
	size_t first = left ? item->left_first : item->right_first;
	size_t num = (left ? item->left_last : item->right_last) - first;
	size_t *links = (left ? part->left_links : part->right_links) + first;
	int64_t pitch = (int64_t)PICTURE_PORT_PITCH * SCALE;

	if (num == 0)
		return;
	sorting = part;
	sorting_left = left;
	qsort(links, num, sizeof(*links), compare_links);
	for (size_t i = 0; i < num; i++) {
		struct link *link = &part->links[links[i]];
		int64_t port = (item->height - (int64_t)(num - 1) * pitch) / 2 +
			       (int64_t)i * pitch;

		if (left)
			link->right_port = port;
		else
			link->left_port = port;
	}
}

/* ---- heights ---- */

static int64_t gap(const struct item *above, const struct item *below)
{
	int64_t pixels = BOX_GAP;

	if (above->lane && below->lane)
		pixels = LANE_GAP;
	else if (above->lane || below->lane)
		pixels = MIXED_GAP;
	return pixels * SCALE;
}

/* Items that are pooled move as one: mean = sum / weight. */
struct pool {
	int64_t sum, weight;
	size_t items;
};

static int64_t mean(int64_t sum, int64_t weight)
{
	/* Rounds down, below zero too, so that shifting the picture changes nothing. */
	int64_t quotient = sum / weight;

	return sum % weight < 0 ? quotient - 1 : quotient;
}

/* Where its links to one side (or both) want the item, and how strongly. */
static void pull(const struct part *part, const struct item *item, bool left,
	int64_t *sum, int64_t *weight)
{
	size_t first = left ? item->left_first : item->right_first;
	size_t last = left ? item->left_last : item->right_last;

	for (size_t i = first; i < last; i++) {
		const struct link *link =
			&part->links[left ? part->left_links[i] : part->right_links[i]];
		const struct item *other = &part->items[left ? link->left : link->right];
		int64_t there = other->y + (left ? link->left_port : link->right_port);
		int64_t here = left ? link->right_port : link->left_port;
		int64_t w = item->lane && other->lane   ? WEIGHT_LANES
			    : item->lane || other->lane ? WEIGHT_LANE
							: WEIGHT_BOXES;

		*sum += w * (there - here);
		*weight += w;
	}
}

static void align_column(
	struct part *part, size_t column, bool left, bool right, struct pool *pools)
{
	size_t first = part->column_first[column];
	size_t num = part->column_first[column + 1] - first;
	size_t num_pools = 0;
	size_t next = 0;
	int64_t offset = 0;

	for (size_t i = 0; i < num; i++) {
		struct item *item = &part->items[part->order[first + i]];
		struct pool pool = { 0, 0, 1 };

		if (left)
			pull(part, item, true, &pool.sum, &pool.weight);
		if (right)
			pull(part, item, false, &pool.sum, &pool.weight);
		if (pool.weight == 0) {
			pool.weight = 1;
			pool.sum = item->y;
		}
		if (i != 0) {
			const struct item *above =
				&part->items[part->order[first + i - 1]];

			offset += above->height + gap(above, item);
		}
		pool.sum -= offset * pool.weight;
		while (num_pools != 0 &&
			mean(pools[num_pools - 1].sum, pools[num_pools - 1].weight) >
				mean(pool.sum, pool.weight)) {
			num_pools--;
			pool.sum += pools[num_pools].sum;
			pool.weight += pools[num_pools].weight;
			pool.items += pools[num_pools].items;
		}
		pools[num_pools++] = pool;
	}
	offset = 0;
	for (size_t p = 0; p < num_pools; p++) {
		int64_t base = mean(pools[p].sum, pools[p].weight);

		for (size_t i = 0; i < pools[p].items; i++, next++) {
			struct item *item = &part->items[part->order[first + next]];

			item->y = base + offset;
			if (next + 1 < num)
				offset += item->height +
					  gap(item, &part->items[part->order[first +
									     next + 1]]);
		}
	}
}

/* May the item lie at y, between its neighbours as they are? */
static bool fits(const struct part *part, const struct item *item, int64_t y)
{
	size_t first = part->column_first[item->column];
	size_t num = part->column_first[item->column + 1] - first;

	if (item->place != 0) {
		const struct item *above =
			&part->items[part->order[first + item->place - 1]];

		if (above->y + above->height + gap(above, item) > y)
			return false;
	}
	if (item->place + 1 < num) {
		const struct item *below =
			&part->items[part->order[first + item->place + 1]];

		if (y + item->height + gap(item, below) > below->y)
			return false;
	}
	return true;
}

/*
 * Lanes that nearly continue their line's lane in the column before are moved to
 * do so, where there is room: what the regression leaves are small steps.
 */
static void straighten_column(struct part *part, size_t column, bool left)
{
	for (size_t i = part->column_first[column]; i < part->column_first[column + 1];
		i++) {
		struct item *item = &part->items[part->order[i]];
		const struct link *link;
		const struct item *other;

		if (!item->lane)
			continue;
		/* A lane has one link to each side. */
		link = &part->links[left ? part->left_links[item->left_first]
					 : part->right_links[item->right_first]];
		other = &part->items[left ? link->left : link->right];
		if (other->lane && fits(part, item, other->y))
			item->y = other->y;
	}
}

void part_align(struct part *part)
{
	struct pool *pools = list_allocate(part->num_items * sizeof(*pools));
	int64_t top = INT64_MAX;
	size_t last = part->num_columns - 1;
	int turns = part->num_items > MANY_ITEMS ? TURNS_OF_MANY : TURNS;

	for (size_t i = 0; i < part->num_items; i++) {
		give_ports(part, &part->items[i], true);
		give_ports(part, &part->items[i], false);
	}
	for (size_t c = 0; c < part->num_columns; c++)
		align_column(part, c, false, false, pools);
	for (int turn = 0; turn < turns; turn++) {
		bool both = turn >= turns / 2;

		for (size_t c = 0; c <= last; c++)
			align_column(part, c, true, both, pools);
		for (size_t c = 0; c <= last; c++)
			align_column(part, last - c, both, true, pools);
	}
	for (size_t c = 0; c <= last; c++)
		straighten_column(part, c, true);
	for (size_t c = 0; c <= last; c++)
		straighten_column(part, last - c, false);
	for (size_t i = 0; i < part->num_items; i++)
		top = part->items[i].y < top ? part->items[i].y : top;
	for (size_t i = 0; i < part->num_items; i++)
		part->items[i].y -= top;
	free(pools);
}
