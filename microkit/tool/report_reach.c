/* SPDX-License-Identifier: BSD-2-Clause */
/* The text report's answer to: who can influence this PD, and through what? */
#include "report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "describe.h"

static void print_edge(const struct report *report, const struct reach_edge *edge)
{
	const struct system *system = report->system;
	FILE *out = report->out;

	fprintf(out, "%s", reach_kind_name(edge->kind));
	switch (edge->kind) {
	case REACH_MEMORY:
	case REACH_DMA:
		fprintf(out, " '%s'", system->regions[edge->what].name);
		break;
	case REACH_NOTIFY:
	case REACH_CALL:
	case REACH_REPLY: {
		const struct channel_end *end = system->channels[edge->what].end;

		/* The id that the influenced PD knows it by. */
		fprintf(out, " id %" PRIu32,
			end[0].pd == edge->to ? end[0].id : end[1].id);
		break;
	}
	case REACH_CONTROL:
	case REACH_FAULT:
		fprintf(out, " child %zu", edge->what);
		break;
	case REACH_CAPABILITY:
	case REACH_REGISTERS:
		fprintf(out, " slot %zu", edge->what);
		break;
	}
}

/* A line per source with a direct edge, each with all its ways. */
static void print_direct(const struct report *report, size_t to)
{
	const struct reach *reach = &report->reach;
	size_t last = NONE;

	for (size_t e = reach->first[to]; e < reach->first[to + 1]; e++) {
		const struct reach_edge *edge = &reach->edges[e];

		if (edge->from == last)
			fprintf(report->out, ", ");
		else
			fprintf(report->out, "%s    '%s': ", last == NONE ? "" : "\n",
				reach->names[edge->from]);
		print_edge(report, edge);
		last = edge->from;
	}
	if (last == NONE)
		fprintf(report->out, "    nobody");
	fprintf(report->out, "\n");
}

static void print_path(const struct report *report, size_t from, size_t to)
{
	const struct reach *reach = &report->reach;
	const size_t *step = &reach->step[to * reach->num_nodes];

	fprintf(report->out, "    '%s'", reach->names[from]);
	while (from != to) {
		const struct reach_edge *edge = &reach->edges[step[from]];

		fprintf(report->out, " -(");
		print_edge(report, edge);
		fprintf(report->out, ")-> '%s'", reach->names[edge->to]);
		from = edge->to;
	}
	fprintf(report->out, "\n");
}

static void print_names(const struct report *report, const char *title, size_t to,
	bool (*chosen)(const struct report *report, size_t from, size_t to), size_t limit)
{
	bool any = false;

	for (size_t from = 0; from < limit; from++) {
		if (from == to || !chosen(report, from, to))
			continue;
		fprintf(report->out, "%s'%s'", any ? ", " : title,
			report->reach.names[from]);
		any = true;
	}
	if (any)
		fprintf(report->out, "\n");
}

static bool isolated(const struct report *report, size_t from, size_t to)
{
	return !reach_influences(&report->reach, from, to);
}

static bool starves(const struct report *report, size_t from, size_t to)
{
	return reach_time(report->system, from, to) == REACH_TIME_STARVES;
}

static bool bounded(const struct report *report, size_t from, size_t to)
{
	return reach_time(report->system, from, to) == REACH_TIME_BOUNDED;
}

static bool shares(const struct report *report, size_t from, size_t to)
{
	return reach_time(report->system, from, to) == REACH_TIME_SHARES;
}

void report_reach(const struct report *report, size_t node)
{
	const struct reach *reach = &report->reach;
	bool any = false;

	fprintf(report->out, "  who can influence it directly, and through what:\n");
	print_direct(report, node);
	for (size_t from = 0; from < reach->num_nodes; from++) {
		if (reach_distance(reach, from, node) < 2)
			continue;
		if (!any)
			fprintf(report->out, "  through others (a shortest way each):\n");
		any = true;
		print_path(report, from, node);
	}
	print_names(report, "  cannot influence it: ", node, isolated, reach->num_nodes);
	if (node >= reach->num_pds)
		return;
	print_names(report, "  may starve it (higher priority, no limit): ", node,
		starves, reach->num_pds);
	print_names(report, "  may delay it within their budget: ", node, bounded,
		reach->num_pds);
	print_names(report, "  shares its priority by time slices with: ", node, shares,
		reach->num_pds);
}

void report_reach_summary(const struct report *report)
{
	const struct reach *reach = &report->reach;

	fprintf(report->out, "\nInfluence\n---------\n");
	fprintf(report->out, "Other PDs and virtual machines that can influence each one "
			     "(details on its page):\n");
	fprintf(report->out, "  %8s %8s  %s\n", "directly", "in all", "who");
	for (size_t to = 0; to < reach->num_nodes; to++) {
		size_t direct = 0;
		size_t all = 0;

		for (size_t from = 0; from < reach->num_nodes; from++) {
			size_t distance = reach_distance(reach, from, to);

			direct += distance == 1 ? 1u : 0u;
			all += distance >= 1 ? 1u : 0u;
		}
		fprintf(report->out, "  %8zu %8zu  '%s'\n", direct, all,
			reach->names[to]);
	}
}
