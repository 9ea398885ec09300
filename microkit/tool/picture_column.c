/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The columns of a picture. PDs that are connected stand in different columns,
 * the one of higher priority to the left: so calls run leftwards, and drivers
 * come before virtualisers and clients, as data arrives. Columns of owners (PDs
 * and VMs) are even; shared memory stands in the odd columns between them.
 */
#include <stdlib.h>

#include "list.h"
#include "picture_graph.h"

struct neighbour {
	size_t left, right; /* owners: the left one has the higher rank */
};

struct ranking {
	size_t *ranked; /* owners by rank */
	size_t num_owners;
	size_t *rank;  /* of each owner: its place in `ranked` */
	size_t *level; /* of each owner: its column of owners */
	struct neighbour *pairs;
	size_t num_pairs;
};

/* Above all the priority; among equals a component of the tool's, as a copier. */
static uint32_t level_of(const struct system *system, const struct picture_node *node)
{
	const struct pd *pd = &system->pds[node->index];

	if (node->kind != PICTURE_PD)
		return 2 * pd->vm->priority;
	return 2 * pd->priority + (pd->generated ? 1u : 0u);
}

/* By descending level; among equals in the order of the system file. */
static void rank_owners(const struct system *system, const struct picture_graph *graph,
	struct ranking *ranking)
{
	size_t next = 0;

	ranking->num_owners = 0;
	while (ranking->num_owners < graph->num_nodes &&
		graph->nodes[ranking->num_owners].kind != PICTURE_MEMORY)
		ranking->num_owners++;
	ranking->ranked = list_allocate(ranking->num_owners * sizeof(size_t));
	ranking->rank = list_allocate(ranking->num_owners * sizeof(size_t));
	ranking->level = list_allocate(ranking->num_owners * sizeof(size_t));
	for (uint32_t level = 2 * 256; level-- > 0;) {
		for (size_t i = 0; i < ranking->num_owners; i++) {
			if (level_of(system, &graph->nodes[i]) != level)
				continue;
			ranking->rank[i] = next;
			ranking->ranked[next++] = i;
		}
	}
}

static void add_pair(struct ranking *ranking, size_t a, size_t b)
{
	bool ordered = ranking->rank[a] < ranking->rank[b];

	*LIST_ADD(ranking->pairs, ranking->num_pairs) = (struct neighbour){
		.left = ordered ? a : b,
		.right = ordered ? b : a,
	};
}

/*
 * Who has to stand in different columns: who shares a channel, a family bond, a
 * capability, or memory that only the two of them have.
 */
static void find_pairs(const struct picture_graph *graph, struct ranking *ranking)
{
	size_t *last_user = list_allocate(graph->num_nodes * sizeof(*last_user));
	size_t *users = list_allocate(graph->num_nodes * sizeof(*users));

	for (size_t i = 0; i < graph->num_edges; i++) {
		const struct picture_edge *edge = &graph->edges[i];

		if (edge->kind == PICTURE_ACCESS)
			users[edge->side[1].node]++;
		else
			add_pair(ranking, edge->side[0].node, edge->side[1].node);
	}
	for (size_t i = 0; i < graph->num_edges; i++) {
		const struct picture_edge *edge = &graph->edges[i];
		size_t memory = edge->side[1].node;

		if (edge->kind != PICTURE_ACCESS || users[memory] != 2)
			continue;
		if (last_user[memory] != 0)
			add_pair(ranking, last_user[memory] - 1, edge->side[0].node);
		last_user[memory] = edge->side[0].node + 1;
	}
	free(last_user);
	free(users);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct neighbour *x = a;
	const struct neighbour *y = b;

	if (x->left != y->left)
		return x->left < y->left ? -1 : 1;
	return x->right < y->right ? -1 : x->right > y->right ? 1 : 0;
}

/*
 * Each owner goes as far left as the longest chain of higher ranks allows, then
 * those with more lines to the right move right until they touch a neighbour.
 */
static void find_levels(struct ranking *ranking)
{
	size_t n = ranking->num_owners;
	size_t *first = list_allocate((n + 1) * sizeof(*first));
	size_t *num_left = list_allocate(n * sizeof(*num_left));

	if (ranking->num_pairs != 0)
		qsort(ranking->pairs, ranking->num_pairs, sizeof(*ranking->pairs),
			compare_pairs);
	for (size_t i = 0; i < ranking->num_pairs; i++) {
		first[ranking->pairs[i].left + 1]++;
		num_left[ranking->pairs[i].right]++;
	}
	for (size_t i = 0; i < n; i++)
		first[i + 1] += first[i];
	for (size_t r = 0; r < n; r++) {
		size_t at = ranking->ranked[r];

		for (size_t p = first[at]; p < first[at + 1]; p++) {
			size_t right = ranking->pairs[p].right;

			if (ranking->level[right] <= ranking->level[at])
				ranking->level[right] = ranking->level[at] + 1;
		}
	}
	for (size_t r = n; r-- > 0;) {
		size_t at = ranking->ranked[r];
		size_t nearest = NONE;

		for (size_t p = first[at]; p < first[at + 1]; p++) {
			size_t level = ranking->level[ranking->pairs[p].right];

			nearest = level < nearest ? level : nearest;
		}
		if (nearest != NONE && first[at + 1] - first[at] > num_left[at])
			ranking->level[at] = nearest - 1;
	}
	free(first);
	free(num_left);
}

static int compare_sizes(const void *a, const void *b)
{
	size_t x = *(const size_t *)a;
	size_t y = *(const size_t *)b;

	return x < y ? -1 : x > y ? 1 : 0;
}

/* Memory stands right of the middle one of those who map it. */
static void set_memory_column(
	const struct ranking *ranking, struct picture_graph *graph, size_t memory)
{
	size_t *levels = list_allocate(ranking->num_owners * sizeof(*levels));
	size_t num = 0;

	for (size_t i = 0; i < graph->num_edges; i++) {
		const struct picture_edge *edge = &graph->edges[i];

		if (edge->kind == PICTURE_ACCESS && edge->side[1].node == memory)
			levels[num++] = ranking->level[edge->side[0].node];
	}
	qsort(levels, num, sizeof(*levels), compare_sizes);
	graph->nodes[memory].column = 2 * levels[(num - 1) / 2] + 1;
	free(levels);
}

void picture_columns(const struct system *system, struct picture_graph *graph)
{
	struct ranking ranking = { 0 };

	rank_owners(system, graph, &ranking);
	find_pairs(graph, &ranking);
	find_levels(&ranking);
	for (size_t i = 0; i < ranking.num_owners; i++)
		graph->nodes[i].column = 2 * ranking.level[i];
	for (size_t i = ranking.num_owners; i < graph->num_nodes; i++)
		set_memory_column(&ranking, graph, i);
	free(ranking.ranked);
	free(ranking.rank);
	free(ranking.level);
	free(ranking.pairs);
}
