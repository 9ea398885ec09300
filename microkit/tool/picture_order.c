/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order of the items in each column. The barycentre method: sweep over the
 * columns, to the right and back, and sort each by the mean place of its
 * neighbours in the column just passed; then exchange neighbours while that
 * takes crossings away; keep the best order seen.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "picture_part.h"

enum { SWEEPS = 24, EXCHANGE_ROUNDS = 8 };
/* Above so many items, fewer sweeps and no exchanges: seconds matter more then. */
enum { MANY_ITEMS = 4000, SWEEPS_OF_MANY = 4 };

/* ---- counting crossings ---- */

/* Of two links between the same columns: by left place, then by right place. */
static const struct part *sorting;

static int compare_links(const void *a, const void *b)
{
	const struct link *x = &sorting->links[*(const size_t *)a];
	const struct link *y = &sorting->links[*(const size_t *)b];
	size_t x_left = sorting->items[x->left].place;
	size_t y_left = sorting->items[y->left].place;
	size_t x_right = sorting->items[x->right].place;
	size_t y_right = sorting->items[y->right].place;

	if (x_left != y_left)
		return x_left < y_left ? -1 : 1;
	if (x_right != y_right)
		return x_right < y_right ? -1 : 1;
	return 0;
}

/*
 * Crossings between a column and the next: the inversions of the right places
 * when the links are sorted by the left, counted with a binary indexed tree.
 */
static uint64_t crossings_of_column(
	const struct part *part, size_t column, size_t *links, uint32_t *tree)
{
	size_t size = part->column_first[column + 2] - part->column_first[column + 1];
	size_t num = 0;
	uint64_t crossings = 0;

	for (size_t i = part->column_first[column]; i < part->column_first[column + 1];
		i++) {
		const struct item *item = &part->items[part->order[i]];

		for (size_t l = item->right_first; l < item->right_last; l++)
			links[num++] = part->right_links[l];
	}
	sorting = part;
	qsort(links, num, sizeof(*links), compare_links);
	memset(tree, 0, (size + 1) * sizeof(*tree));
	for (size_t i = 0; i < num; i++) {
		size_t place = part->items[part->links[links[i]].right].place + 1;
		uint64_t not_below = 0;

		for (size_t at = place; at > 0; at &= at - 1)
			not_below += tree[at];
		crossings += i - not_below;
		for (size_t at = place; at <= size; at += at & (~at + 1))
			tree[at]++;
	}
	return crossings;
}

static uint64_t crossings(const struct part *part)
{
	size_t *links = list_allocate(part->num_links * sizeof(*links));
	uint32_t *tree = list_allocate((part->num_items + 1) * sizeof(*tree));
	uint64_t total = 0;

	for (size_t c = 0; c + 1 < part->num_columns; c++)
		total += crossings_of_column(part, c, links, tree);
	free(links);
	free(tree);
	return total;
}

/* ---- sweeping ---- */

struct key {
	uint64_t mean;
	size_t place;
	size_t item;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a;
	const struct key *y = b;

	if (x->mean != y->mean)
		return x->mean < y->mean ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

/* The mean place of the neighbours on one side, scaled; its own without any. */
static uint64_t mean_place(const struct part *part, const struct item *item, bool left)
{
	size_t first = left ? item->left_first : item->right_first;
	size_t last = left ? item->left_last : item->right_last;
	uint64_t sum = 0;

	if (first == last)
		return (uint64_t)item->place << 16;
	for (size_t i = first; i < last; i++) {
		size_t other = left ? part->links[part->left_links[i]].left
				    : part->links[part->right_links[i]].right;

		sum += part->items[other].place;
	}
	return (sum << 16) / (last - first);
}

static void sort_column(struct part *part, size_t column, bool by_left, struct key *keys)
{
	size_t first = part->column_first[column];
	size_t num = part->column_first[column + 1] - first;

	for (size_t i = 0; i < num; i++) {
		size_t item = part->order[first + i];

		keys[i] = (struct key){ mean_place(part, &part->items[item], by_left), i,
			item };
	}
	qsort(keys, num, sizeof(*keys), compare_keys);
	for (size_t i = 0; i < num; i++) {
		part->order[first + i] = keys[i].item;
		part->items[keys[i].item].place = i;
	}
}

static void sweep(struct part *part, bool rightwards, struct key *keys)
{
	for (size_t i = 1; i < part->num_columns; i++)
		sort_column(part, rightwards ? i : part->num_columns - 1 - i, rightwards,
			keys);
}

/* ---- exchanging ---- */

/* Crossings of the links of two items, if `upper` is above `lower`, less if not. */
static int64_t gain(
	const struct part *part, const struct item *upper, const struct item *lower)
{
	int64_t better = 0;

	for (size_t i = upper->left_first; i < upper->left_last; i++) {
		size_t a = part->items[part->links[part->left_links[i]].left].place;

		for (size_t j = lower->left_first; j < lower->left_last; j++) {
			size_t b =
				part->items[part->links[part->left_links[j]].left].place;

			better += (a > b ? 1 : 0) - (a < b ? 1 : 0);
		}
	}
	for (size_t i = upper->right_first; i < upper->right_last; i++) {
		size_t a = part->items[part->links[part->right_links[i]].right].place;

		for (size_t j = lower->right_first; j < lower->right_last; j++) {
			size_t b = part->items[part->links[part->right_links[j]].right]
					   .place;

			better += (a > b ? 1 : 0) - (a < b ? 1 : 0);
		}
	}
	return better;
}

/* One pass over all neighbours; each exchange takes at least one crossing away. */
static bool exchange(struct part *part)
{
	bool changed = false;

	for (size_t c = 0; c < part->num_columns; c++) {
		for (size_t i = part->column_first[c]; i + 1 < part->column_first[c + 1];
			i++) {
			size_t upper = part->order[i];
			size_t lower = part->order[i + 1];

			if (gain(part, &part->items[upper], &part->items[lower]) <= 0)
				continue;
			part->order[i] = lower;
			part->order[i + 1] = upper;
			part->items[upper].place++;
			part->items[lower].place--;
			changed = true;
		}
	}
	return changed;
}

void part_order(struct part *part)
{
	bool many = part->num_items > MANY_ITEMS;
	int sweeps = many ? SWEEPS_OF_MANY : SWEEPS;
	size_t bytes = part->num_items * sizeof(*part->order);
	struct key *keys = list_allocate(part->num_items * sizeof(*keys));
	size_t *best = list_allocate(bytes);
	uint64_t fewest = UINT64_MAX;

	for (int i = 0; i < sweeps && fewest != 0; i++) {
		uint64_t now;

		sweep(part, i % 2 == 0, keys);
		for (int round = 0; !many && round < EXCHANGE_ROUNDS; round++) {
			if (!exchange(part))
				break;
		}
		now = crossings(part);
		if (now < fewest) {
			fewest = now;
			memcpy(best, part->order, bytes);
		}
	}
	memcpy(part->order, best, bytes);
	for (size_t c = 0; c < part->num_columns; c++) {
		for (size_t i = part->column_first[c]; i < part->column_first[c + 1]; i++)
			part->items[part->order[i]].place = i - part->column_first[c];
	}
	free(best);
	free(keys);
}
