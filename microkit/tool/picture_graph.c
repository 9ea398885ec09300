/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a picture's boxes and lines from a system. */
#include "picture_graph.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "list.h"

const char *picture_text(const char *format, ...)
{
	va_list arguments;
	int length;
	char *text;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	text = list_allocate((size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

/* ---- nodes ---- */

static void add_row(struct picture_node *node, enum picture_row_kind kind,
	const char *name, const char *detail)
{
	struct picture_row *row = LIST_ADD(node->rows, node->num_rows);

	row->kind = kind;
	row->name = name;
	row->detail = detail;
}

static void add_owners(const struct system *system, struct picture_graph *graph)
{
	for (size_t i = 0; i < system->num_pds; i++) {
		struct picture_node *node = LIST_ADD(graph->nodes, graph->num_nodes);

		node->kind = PICTURE_PD;
		node->index = i;
		node->name = system->pds[i].name;
		for (size_t q = 0; q < system->pds[i].num_irqs; q++) {
			const struct irq *irq = &system->pds[i].irqs[q];

			add_row(node, ROW_IRQ,
				picture_text("interrupt %" PRIu32, irq->number),
				picture_text("id %" PRIu32 "%s", irq->id,
					irq->edge ? ", edge" : ""));
		}
	}
	for (size_t i = 0; i < system->num_pds; i++) {
		struct picture_node *node;

		if (system->pds[i].vm == NULL)
			continue;
		node = LIST_ADD(graph->nodes, graph->num_nodes);
		node->kind = PICTURE_VM;
		node->index = i;
		node->name = system->pds[i].vm->name;
	}
}

/* ---- memory ---- */

/* Of each region, what each owner (PD or VM node) may do with it. */
struct rights {
	unsigned char *perms; /* [region * num_owners + owner] */
	size_t num_owners;
	size_t *users; /* [region]: how many owners map it */
};

static void note_maps(struct rights *rights, const struct system *system, size_t owner,
	const struct map *maps, size_t num_maps)
{
	for (size_t i = 0; i < num_maps; i++) {
		unsigned char *perms;

		if (maps[i].region >= system->num_regions)
			continue;
		perms = &rights->perms[maps[i].region * rights->num_owners + owner];
		rights->users[maps[i].region] += *perms == 0 ? 1u : 0u;
		*perms = (unsigned char)(*perms | maps[i].perms);
	}
}

static void note_rights(const struct system *system, const struct picture_graph *graph,
	struct rights *rights)
{
	rights->num_owners = graph->num_nodes;
	rights->perms = list_allocate(system->num_regions * graph->num_nodes);
	rights->users = list_allocate(system->num_regions * sizeof(*rights->users));
	for (size_t i = 0; i < graph->num_nodes; i++) {
		const struct pd *pd = &system->pds[graph->nodes[i].index];

		if (graph->nodes[i].kind == PICTURE_PD)
			note_maps(rights, system, i, pd->maps, pd->num_maps);
		else
			note_maps(rights, system, i, pd->vm->maps, pd->vm->num_maps);
	}
}

/* "rw": without what is missing, since space is short in a picture. */
static const char *rights_text(unsigned perms)
{
	return picture_text("%s%s%s", (perms & PERM_R) != 0 ? "r" : "",
		(perms & PERM_W) != 0 ? "w" : "", (perms & PERM_X) != 0 ? "x" : "");
}

/* What a row says about a region: where a device is, else how large it is. */
static const char *region_text(
	const struct region *region, bool device, const char *rights)
{
	char bytes[DESCRIBE_BYTES];

	if (device)
		return picture_text("0x%" PRIx64 "%s%s", region->paddr,
			rights == NULL ? "" : " ", rights == NULL ? "" : rights);
	describe_bytes(bytes, region->bytes);
	return picture_text(
		"%s%s%s", bytes, rights == NULL ? "" : " ", rights == NULL ? "" : rights);
}

static void add_private(const struct system *system, const struct board *board,
	const struct rights *rights, struct picture_graph *graph, size_t region)
{
	bool device = describe_is_device(board, &system->regions[region]);

	for (size_t owner = 0; owner < rights->num_owners; owner++) {
		unsigned perms = rights->perms[region * rights->num_owners + owner];

		if (perms != 0)
			add_row(&graph->nodes[owner], device ? ROW_DEVICE : ROW_REGION,
				system->regions[region].name,
				region_text(&system->regions[region], device,
					rights_text(perms)));
	}
}

/* The memory node of the same owners and rights, if there is one; else a new one. */
static struct picture_node *find_memory(const struct system *system,
	const struct rights *rights, struct picture_graph *graph, size_t region,
	bool device)
{
	const unsigned char *mine = &rights->perms[region * rights->num_owners];
	struct picture_node *node;

	for (size_t i = rights->num_owners; i < graph->num_nodes; i++) {
		node = &graph->nodes[i];
		if (node->device == device &&
			memcmp(mine, &rights->perms[node->index * rights->num_owners],
				rights->num_owners) == 0)
			return node;
	}
	node = LIST_ADD(graph->nodes, graph->num_nodes);
	node->kind = PICTURE_MEMORY;
	node->index = region;
	node->name = system->regions[region].name;
	node->device = device;
	return node;
}

/* Queues that nobody but the channel's ends maps. */
static bool is_link(
	const struct rights *rights, const struct region *region, size_t index)
{
	return region->link != 0 && rights->users[index] == 2;
}

static void add_memory(const struct system *system, const struct board *board,
	const struct rights *rights, struct picture_graph *graph)
{
	for (size_t i = 0; i < system->num_regions; i++) {
		const struct region *region = &system->regions[i];
		bool device = describe_is_device(board, region);

		if (rights->users[i] == 0)
			*LIST_ADD(graph->unmapped, graph->num_unmapped) = region->name;
		else if (is_link(rights, region, i))
			continue; /* part of its channel's line */
		/* A box for each page of counters would be most of the picture. */
		else if (rights->users[i] == 1 || region->counters)
			add_private(system, board, rights, graph, i);
		else
			add_row(find_memory(system, rights, graph, i, device),
				device ? ROW_DEVICE : ROW_REGION, region->name,
				region_text(region, device, NULL));
	}
}

/* ---- edges; sides are put left and right when the columns are known ---- */

static struct picture_edge *add_edge(
	struct picture_graph *graph, enum picture_edge_kind kind, size_t from, size_t to)
{
	struct picture_edge *edge = LIST_ADD(graph->edges, graph->num_edges);

	edge->kind = kind;
	edge->side[0].node = from;
	edge->side[1].node = to;
	return edge;
}

static const char *channel_title(
	const struct system *system, const struct channel_end *end)
{
	const char *a = system->pds[end[0].pd].name;
	const char *b = system->pds[end[1].pd].name;
	bool both = end[0].notify && end[1].notify;
	bool any = end[0].notify || end[1].notify;
	bool calls = end[0].pp || end[1].pp;
	const char *caller = end[0].pp ? a : b;
	const char *callee = end[0].pp ? b : a;
	const char *notifier = end[0].notify ? a : b;
	const char *notified = end[0].notify ? b : a;

	return picture_text("%s (id %" PRIu32 ") and %s (id %" PRIu32
			    "): %s%s%s%s%s%s%s%s",
		a, end[0].id, b, end[1].id, calls ? caller : "",
		calls ? " may call " : "", calls ? callee : "", calls && any ? "; " : "",
		both    ? "each may notify the other"
		: any   ? notifier
		: calls ? ""
			: "neither may use it",
		any && !both ? " may notify " : "", any && !both ? notified : "", "");
}

/* Whether all who map a region may write to it. */
static bool all_write(const struct rights *rights, size_t region)
{
	for (size_t owner = 0; owner < rights->num_owners; owner++) {
		unsigned perms = rights->perms[region * rights->num_owners + owner];

		if (perms != 0 && (perms & PERM_W) == 0)
			return false;
	}
	return true;
}

/* Says of a channel's line which queues it has. */
static void add_queues(const struct system *system, const struct rights *rights,
	size_t channel, struct picture_edge *edge)
{
	for (size_t i = 0; i < system->num_regions; i++) {
		const struct region *region = &system->regions[i];

		if (region->link != channel + 1 || !is_link(rights, region, i))
			continue;
		edge->link = true;
		edge->title = picture_text("%s; %s (%s) is %s by both", edge->title,
			region->name, region_text(region, false, NULL),
			all_write(rights, i) ? "written and read" : "mapped");
	}
}

static void add_channels(const struct system *system, const struct rights *rights,
	struct picture_graph *graph)
{
	for (size_t i = 0; i < system->num_channels; i++) {
		const struct channel_end *end = system->channels[i].end;
		struct picture_edge *edge;

		if (end[0].pd >= system->num_pds || end[1].pd >= system->num_pds ||
			end[0].pd == end[1].pd)
			continue;
		edge = add_edge(graph, PICTURE_CHANNEL, end[0].pd, end[1].pd);
		edge->title = channel_title(system, end);
		add_queues(system, rights, i, edge);
		for (size_t e = 0; e < 2; e++) {
			edge->side[e].pin = picture_text("%" PRIu32, end[e].id);
			edge->side[e].called = end[1 - e].pp;
			edge->side[e].notified = end[1 - e].notify;
		}
	}
}

static void add_hierarchy(const struct system *system, struct picture_graph *graph)
{
	for (size_t i = 0; i < graph->num_nodes; i++) {
		const struct picture_node *node = &graph->nodes[i];
		const struct pd *pd = &system->pds[node->index];
		struct picture_edge *edge;

		if (node->kind == PICTURE_PD && pd->parent < system->num_pds &&
			pd->parent != i) {
			edge = add_edge(graph, PICTURE_CHILD, pd->parent, i);
			edge->side[0].pin = picture_text("%" PRIu32, pd->child_id);
			edge->title = picture_text(
				"%s is the parent of %s (its child %" PRIu32 ")",
				system->pds[pd->parent].name, pd->name, pd->child_id);
			edge->side[0].owns = true;
		} else if (node->kind == PICTURE_VM) {
			edge = add_edge(graph, PICTURE_CHILD, node->index, i);
			edge->title = picture_text(
				"%s runs the virtual machine %s", pd->name, node->name);
			edge->side[0].owns = true;
		}
	}
	for (size_t i = 0; i < system->num_pds; i++) {
		for (size_t c = 0; c < system->pds[i].num_user_caps; c++) {
			const struct user_cap *cap = &system->pds[i].user_caps[c];
			struct picture_edge *edge;

			if (cap->kind != USER_CAP_TCB || cap->pd >= system->num_pds ||
				cap->pd == i)
				continue;
			edge = add_edge(graph, PICTURE_CAPABILITY, i, cap->pd);
			edge->side[0].pin = picture_text("%" PRIu32, cap->slot);
			edge->side[1].receives = true;
			edge->title = picture_text("%s may control %s by slot %" PRIu32,
				system->pds[i].name, system->pds[cap->pd].name,
				cap->slot);
		}
	}
}

static void add_accesses(const struct rights *rights, struct picture_graph *graph)
{
	for (size_t i = rights->num_owners; i < graph->num_nodes; i++) {
		const unsigned char *perms =
			&rights->perms[graph->nodes[i].index * rights->num_owners];

		for (size_t owner = 0; owner < rights->num_owners; owner++) {
			struct picture_edge *edge;

			if (perms[owner] == 0)
				continue;
			edge = add_edge(graph, PICTURE_ACCESS, owner, i);
			edge->side[0].pin = rights_text(perms[owner]);
			edge->side[0].receives = (perms[owner] & (PERM_R | PERM_X)) != 0;
			edge->side[1].receives = (perms[owner] & PERM_W) != 0;
			edge->title = picture_text(
				"%s: %s", graph->nodes[owner].name, edge->side[0].pin);
		}
	}
}

static void count_lines(struct picture_graph *graph)
{
	for (size_t i = 0; i < graph->num_edges; i++) {
		struct picture_edge *edge = &graph->edges[i];

		if (graph->nodes[edge->side[0].node].column >
			graph->nodes[edge->side[1].node].column) {
			struct picture_side left = edge->side[1];

			edge->side[1] = edge->side[0];
			edge->side[0] = left;
		}
		graph->nodes[edge->side[0].node].num_right++;
		graph->nodes[edge->side[1].node].num_left++;
	}
}

/* Leaves the owners alone. */
static void forget_memory(const struct rights *rights, struct picture_graph *graph)
{
	graph->num_nodes = rights->num_owners;
	graph->num_unmapped = 0;
	for (size_t i = 0; i < graph->num_nodes; i++) {
		graph->nodes[i].num_rows = 0;
		graph->nodes[i].roomy = true;
	}
}

void picture_graph(const struct system *system, const struct board *board, bool overview,
	struct picture_graph *graph)
{
	struct rights rights;

	memset(graph, 0, sizeof(*graph));
	add_owners(system, graph);
	note_rights(system, graph, &rights);
	add_memory(system, board, &rights, graph);
	if (overview)
		forget_memory(&rights, graph);
	add_channels(system, &rights, graph);
	if (!overview)
		add_hierarchy(system, graph);
	add_accesses(&rights, graph);
	picture_columns(system, graph);
	count_lines(graph);
	free(rights.perms);
	free(rights.users);
}
