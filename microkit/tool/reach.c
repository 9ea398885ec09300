/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who can influence whom: collects the direct edges from each part of the
 * system, sorts them by target, and searches backwards from each target, so
 * that every pair gets a shortest explanation.
 */
#include "reach.h"

#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "list.h"

static const char *const kind_names[] = {
	[REACH_MEMORY] = "memory",
	[REACH_NOTIFY] = "notify",
	[REACH_CALL] = "call",
	[REACH_REPLY] = "reply",
	[REACH_CONTROL] = "control",
	[REACH_FAULT] = "fault",
	[REACH_CAPABILITY] = "capability",
	[REACH_REGISTERS] = "registers",
	[REACH_DMA] = "dma",
};

const char *reach_kind_name(enum reach_kind kind)
{
	return kind_names[kind];
}

/* ---- collecting ---- */

struct edge_list {
	struct reach_edge *edges;
	size_t num;
};

static void add(
	struct edge_list *list, size_t from, size_t to, enum reach_kind kind, size_t what)
{
	if (from == NONE || to == NONE || from == to)
		return;
	*LIST_ADD(list->edges, list->num) = (struct reach_edge){
		.from = from, .to = to, .kind = kind, .what = what
	};
}

/* Which nodes may write, and which may read or execute, each region. */
struct access {
	unsigned *perms; /* [region * num_nodes + node]: PERM_* of all maps together */
	size_t num_nodes;
};

static void note_maps(struct access *access, const struct system *system, size_t node,
	const struct map *maps, size_t num_maps)
{
	for (size_t i = 0; i < num_maps; i++) {
		if (maps[i].region < system->num_regions)
			access->perms[maps[i].region * access->num_nodes + node] |=
				maps[i].perms;
	}
}

static void add_memory(
	struct edge_list *list, const struct system *system, const struct reach *reach)
{
	struct access access = { .num_nodes = reach->num_nodes };
	size_t n = reach->num_nodes;

	access.perms = list_allocate(system->num_regions * n * sizeof(*access.perms));
	for (size_t i = 0; i < system->num_pds; i++)
		note_maps(
			&access, system, i, system->pds[i].maps, system->pds[i].num_maps);
	for (size_t i = system->num_pds; i < n; i++) {
		const struct virtual_machine *vm =
			system->pds[reach->vm_owner[i - system->num_pds]].vm;

		note_maps(&access, system, i, vm->maps, vm->num_maps);
	}
	for (size_t region = 0; region < system->num_regions; region++) {
		const unsigned *perms = &access.perms[region * n];

		for (size_t from = 0; from < n; from++) {
			if ((perms[from] & PERM_W) == 0)
				continue;
			for (size_t to = 0; to < n; to++) {
				if ((perms[to] & (PERM_R | PERM_X)) != 0)
					add(list, from, to, REACH_MEMORY, region);
			}
		}
	}
	free(access.perms);
}

/* The first device by which a node may change all memory; NONE without. */
static size_t dma_region(const struct board *board, const struct system *system,
	const struct map *maps, size_t num_maps)
{
	for (size_t i = 0; i < num_maps; i++)
		if (describe_dma(board, system, &maps[i], 1, DMA_YES) ||
			describe_dma(board, system, &maps[i], 1, DMA_UNSAID))
			return maps[i].region;
	return NONE;
}

static void add_dma(struct edge_list *list, const struct board *board,
	const struct system *system, const struct reach *reach)
{
	for (size_t from = 0; from < reach->num_nodes; from++) {
		size_t owner = from < reach->num_pds
				       ? from
				       : reach->vm_owner[from - reach->num_pds];
		const struct pd *pd = &system->pds[owner];
		size_t region = from < reach->num_pds
					? dma_region(
						  board, system, pd->maps, pd->num_maps)
					: dma_region(board, system, pd->vm->maps,
						  pd->vm->num_maps);

		for (size_t to = 0; region != NONE && to < reach->num_nodes; to++)
			add(list, from, to, REACH_DMA, region);
	}
}

static void add_channels(struct edge_list *list, const struct system *system)
{
	for (size_t i = 0; i < system->num_channels; i++) {
		for (size_t end = 0; end < 2; end++) {
			const struct channel_end *near = &system->channels[i].end[end];
			const struct channel_end *far = &system->channels[i].end[1 - end];

			if (near->notify)
				add(list, near->pd, far->pd, REACH_NOTIFY, i);
			if (near->pp) {
				add(list, near->pd, far->pd, REACH_CALL, i);
				add(list, far->pd, near->pd, REACH_REPLY, i);
			}
		}
	}
}

static void add_hierarchy(
	struct edge_list *list, const struct system *system, const struct reach *reach)
{
	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		add(list, pd->parent, i, REACH_CONTROL, pd->child_id);
		add(list, i, pd->parent, REACH_FAULT, pd->child_id);
		for (size_t c = 0; c < pd->num_user_caps; c++) {
			const struct user_cap *cap = &pd->user_caps[c];

			/* The kernel has no others: their slots stay empty. */
			if (cap->kind != USER_CAP_TCB)
				continue;
			add(list, i, cap->pd, REACH_CAPABILITY, cap->slot);
			add(list, cap->pd, i, REACH_REGISTERS, cap->slot);
		}
	}
	for (size_t i = system->num_pds; i < reach->num_nodes; i++) {
		size_t owner = reach->vm_owner[i - system->num_pds];
		const struct virtual_machine *vm = system->pds[owner].vm;
		size_t id = vm->num_vcpus == 0 ? 0 : vm->vcpus[0].id;

		add(list, owner, i, REACH_CONTROL, id);
		add(list, i, owner, REACH_FAULT, id);
	}
}

static int compare(size_t a, size_t b)
{
	return a < b ? -1 : a > b ? 1 : 0;
}

static int compare_edges(const void *left, const void *right)
{
	const struct reach_edge *a = left;
	const struct reach_edge *b = right;
	int order = compare(a->to, b->to);

	if (order == 0)
		order = compare(a->from, b->from);
	if (order == 0)
		order = compare(a->kind, b->kind);
	if (order == 0)
		order = compare(a->what, b->what);
	return order;
}

static void sort_edges(struct edge_list *list)
{
	size_t kept = 0;

	if (list->num == 0)
		return;
	qsort(list->edges, list->num, sizeof(*list->edges), compare_edges);
	for (size_t i = 1; i < list->num; i++) {
		if (compare_edges(&list->edges[kept], &list->edges[i]) != 0)
			list->edges[++kept] = list->edges[i];
	}
	list->num = kept + 1;
}

/* ---- searching ---- */

/*
 * Breadth first from `to` against the edges' direction. A node's step is set
 * when it is first met; the queue then holds it once: num_nodes rounds at most.
 */
static void search(struct reach *reach, size_t to, size_t *queue)
{
	size_t *step = &reach->step[to * reach->num_nodes];
	size_t head = 0;
	size_t tail = 0;

	queue[tail++] = to;
	while (head < tail) {
		size_t at = queue[head++];

		for (size_t e = reach->first[at]; e < reach->first[at + 1]; e++) {
			size_t from = reach->edges[e].from;

			if (from == to || step[from] != NONE)
				continue;
			step[from] = e;
			queue[tail++] = from;
		}
	}
}

static void name_nodes(const struct system *system, struct reach *reach)
{
	size_t node = system->num_pds;

	reach->num_pds = system->num_pds;
	for (size_t i = 0; i < system->num_pds; i++)
		node += system->pds[i].vm != NULL ? 1u : 0u;
	reach->num_nodes = node;
	reach->names = list_allocate(node * sizeof(*reach->names));
	reach->vm_owner = list_allocate(
		(node - system->num_pds) * sizeof(*reach->vm_owner));
	node = system->num_pds;
	for (size_t i = 0; i < system->num_pds; i++) {
		reach->names[i] = system->pds[i].name;
		if (system->pds[i].vm != NULL) {
			reach->names[node] = system->pds[i].vm->name;
			reach->vm_owner[node - system->num_pds] = i;
			node++;
		}
	}
}

void reach_compute(
	const struct board *board, const struct system *system, struct reach *reach)
{
	struct edge_list list = { 0 };
	size_t *queue;
	size_t n;

	memset(reach, 0, sizeof(*reach));
	name_nodes(system, reach);
	n = reach->num_nodes;
	add_memory(&list, system, reach);
	add_channels(&list, system);
	add_hierarchy(&list, system, reach);
	add_dma(&list, board, system, reach);
	sort_edges(&list);
	reach->edges = list.edges;
	reach->num_edges = list.num;

	reach->first = list_allocate((n + 1) * sizeof(*reach->first));
	for (size_t i = 0; i < list.num; i++)
		reach->first[list.edges[i].to + 1]++;
	for (size_t i = 0; i < n; i++)
		reach->first[i + 1] += reach->first[i];

	reach->step = list_allocate(n * n * sizeof(*reach->step));
	for (size_t i = 0; i < n * n; i++)
		reach->step[i] = NONE;
	queue = list_allocate(n * sizeof(*queue));
	for (size_t to = 0; to < n; to++)
		search(reach, to, queue);
	free(queue);
}

/* ---- asking ---- */

bool reach_influences(const struct reach *reach, size_t from, size_t to)
{
	return reach->step[to * reach->num_nodes + from] != NONE;
}

size_t reach_distance(const struct reach *reach, size_t from, size_t to)
{
	const size_t *step = &reach->step[to * reach->num_nodes];
	size_t distance = 0;

	while (from != to && step[from] != NONE) {
		from = reach->edges[step[from]].to;
		distance++;
	}
	return distance;
}

enum reach_time reach_time(const struct system *system, size_t from, size_t to)
{
	const struct pd *a = &system->pds[from];
	const struct pd *b = &system->pds[to];

	if (from == to || a->core != b->core || a->priority < b->priority)
		return REACH_TIME_NONE;
	if (system->num_domains != 0 && a->domain != b->domain)
		return REACH_TIME_NONE;
	if (a->priority == b->priority)
		return REACH_TIME_SHARES;
	return a->budget_us < a->period_us ? REACH_TIME_BOUNDED : REACH_TIME_STARVES;
}
