/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests reach.c on systems whose answers are known by hand. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "list.h"
#include "reach.h"

enum { RW = PERM_R | PERM_W };

static int failures;

static void judge(const char *name, bool good, const char *why)
{
	printf(good ? "ok - %s\n" : "not ok - %s: %s\n", name, why);
	failures += good ? 0 : 1;
}

/* The kinds of the direct edges between two nodes, as bits. */
static unsigned kinds(const struct reach *reach, size_t from, size_t to)
{
	unsigned found = 0;

	for (size_t e = reach->first[to]; e < reach->first[to + 1]; e++) {
		if (reach->edges[e].from == from)
			found |= 1u << reach->edges[e].kind;
	}
	return found;
}

static struct fixture make(size_t num_pds)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
	struct fixture f;

	fixture_begin(&f, "reach");
	for (size_t i = 0; i < num_pds; i++)
		fixture_pd(&f, names[i], (uint32_t)(10 - i));
	return f;
}

static void test_memory(void)
{
	struct fixture f = make(4);
	size_t region = fixture_region(&f, "r", 0x1000);
	struct reach reach;

	fixture_map(&f, 0, region, RW);
	fixture_map(&f, 1, region, PERM_R);
	fixture_map(&f, 2, region, PERM_R | PERM_X);
	reach_compute(&f.board, &f.system, &reach);
	judge("memory: a writer influences readers, no reader anybody",
		reach.num_edges == 2 && kinds(&reach, 0, 1) == 1u << REACH_MEMORY &&
			kinds(&reach, 0, 2) == 1u << REACH_MEMORY &&
			!reach_influences(&reach, 1, 0) &&
			!reach_influences(&reach, 1, 2) &&
			!reach_influences(&reach, 0, 3),
		"wrong edges");
}

/* Two maps of one PD count together: one to write, one to read. */
static void test_two_maps(void)
{
	struct fixture f = make(2);
	size_t region = fixture_region(&f, "r", 0x1000);
	struct reach reach;

	fixture_map(&f, 0, region, PERM_R);
	fixture_map(&f, 0, region, RW);
	fixture_map(&f, 1, region, RW);
	reach_compute(&f.board, &f.system, &reach);
	judge("memory: two maps are one edge, to others only",
		reach.num_edges == 2 && reach_influences(&reach, 0, 1) &&
			reach_influences(&reach, 1, 0),
		"wrong edges");
}

/* Who drives a device reaches all, unless the device does no DMA. */
static void test_dma(void)
{
	struct fixture f = make(3);
	size_t device = fixture_device(&f, "d", 0x9000000);
	struct reach reach;

	fixture_map(&f, 0, device, RW);
	fixture_map(&f, 1, device, PERM_R);
	reach_compute(&f.board, &f.system, &reach);
	judge("dma: a device of which nothing is said reaches all",
		kinds(&reach, 0, 2) == 1u << REACH_DMA &&
			kinds(&reach, 0, 1) == (1u << REACH_DMA | 1u << REACH_MEMORY),
		"not all");
	judge("dma: who only reads the registers reaches nobody",
		!reach_influences(&reach, 1, 2), "an edge");
	f.system.regions[device].dma = DMA_YES;
	reach_compute(&f.board, &f.system, &reach);
	judge("dma: a device with DMA reaches all", reach_influences(&reach, 0, 2),
		"not all");
	f.system.regions[device].dma = DMA_NO;
	reach_compute(&f.board, &f.system, &reach);
	judge("dma: a device without reaches nobody", !reach_influences(&reach, 0, 2),
		"an edge");
}

static void test_channels(void)
{
	struct fixture f = make(6);
	struct channel *channel;
	struct reach reach;

	channel = fixture_channel(&f, 0, 1);
	channel->end[1].notify = false;
	channel = fixture_channel(&f, 2, 3);
	channel->end[0].notify = false;
	channel->end[1].notify = false;
	channel->end[1].pp = true;
	channel = fixture_channel(&f, 4, 5);
	channel->end[0].notify = false;
	channel->end[1].notify = false;
	reach_compute(&f.board, &f.system, &reach);
	judge("channel: notify goes one way",
		kinds(&reach, 0, 1) == 1u << REACH_NOTIFY && kinds(&reach, 1, 0) == 0,
		"wrong edges");
	judge("channel: a call goes one way, its reply the other",
		kinds(&reach, 3, 2) == 1u << REACH_CALL &&
			kinds(&reach, 2, 3) == 1u << REACH_REPLY,
		"wrong edges");
	judge("channel: one that neither may use is none",
		kinds(&reach, 4, 5) == 0 && kinds(&reach, 5, 4) == 0, "an edge");
}

static void test_hierarchy(void)
{
	struct fixture f = make(4);
	struct reach reach;
	struct user_cap *cap;

	fixture_child(&f, 0, 1, 7);
	cap = LIST_ADD(f.system.pds[2].user_caps, f.system.pds[2].num_user_caps);
	*cap = (struct user_cap){ .kind = USER_CAP_TCB, .slot = 1, .pd = 3 };
	cap = LIST_ADD(f.system.pds[2].user_caps, f.system.pds[2].num_user_caps);
	*cap = (struct user_cap){ .kind = USER_CAP_VSPACE, .slot = 2, .pd = 0 };
	reach_compute(&f.board, &f.system, &reach);
	judge("hierarchy: the parent controls, the child's faults are told",
		kinds(&reach, 0, 1) == 1u << REACH_CONTROL &&
			kinds(&reach, 1, 0) == 1u << REACH_FAULT &&
			reach.edges[reach.first[0]].what == 7,
		"wrong edges");
	judge("cspace: a thread capability controls, and reads registers; no other does",
		kinds(&reach, 2, 0) == 0 &&
			kinds(&reach, 2, 3) == 1u << REACH_CAPABILITY &&
			kinds(&reach, 3, 2) == 1u << REACH_REGISTERS,
		"wrong edges");
}

static void test_virtual_machine(void)
{
	struct fixture f = make(2);
	struct virtual_machine *vm = fixture_vm(&f, 0, "guest", 1);
	size_t region = fixture_region(&f, "r", 0x1000);
	struct reach reach;

	*LIST_ADD(vm->maps, vm->num_maps) = (struct map){
		.region = region, .perms = RW, .cached = true
	};
	fixture_map(&f, 1, region, PERM_R);
	reach_compute(&f.board, &f.system, &reach);
	judge("virtual machine: a node behind the PDs, tied to its PD and its memory",
		reach.num_nodes == 3 && strcmp(reach.names[2], "guest") == 0 &&
			kinds(&reach, 0, 2) == 1u << REACH_CONTROL &&
			kinds(&reach, 2, 0) == 1u << REACH_FAULT &&
			kinds(&reach, 2, 1) == 1u << REACH_MEMORY &&
			reach_distance(&reach, 0, 1) == 2,
		"wrong nodes or edges");
}

/* a -> b -> c -> d by notifications, a -> d' no; e apart. */
static void test_transitive(void)
{
	struct fixture f = make(5);
	struct reach reach;
	size_t at = 0;
	const char *way[4];
	size_t num = 0;

	for (size_t i = 0; i < 3; i++)
		fixture_channel(&f, i, i + 1)->end[1].notify = false;
	reach_compute(&f.board, &f.system, &reach);
	while (at != 3 && num < 4 && reach.step[3 * 5 + at] != NONE) {
		way[num++] = reach.names[at];
		at = reach.edges[reach.step[3 * 5 + at]].to;
	}
	judge("transitive: the way a, b, c, d is found, and no way back",
		at == 3 && num == 3 && strcmp(way[0], "a") == 0 &&
			strcmp(way[1], "b") == 0 && strcmp(way[2], "c") == 0 &&
			reach_distance(&reach, 0, 3) == 3 &&
			!reach_influences(&reach, 3, 0),
		"wrong way");
	judge("transitive: who is apart has no ways at all",
		!reach_influences(&reach, 4, 0) && !reach_influences(&reach, 0, 4) &&
			!reach_influences(&reach, 4, 4),
		"a way");
	/* A short cut makes the shortest way shorter. */
	fixture_channel(&f, 0, 2)->end[1].notify = false;
	reach_compute(&f.board, &f.system, &reach);
	judge("transitive: the shortest way is given", reach_distance(&reach, 0, 3) == 2,
		"not the shortest");
}

/* Every distance against a plain relaxation over all edges, on a tangled system. */
static void test_against_relaxation(void)
{
	struct fixture f;
	struct reach reach;
	size_t distance[60][60];
	bool good = true;
	size_t n;

	fixture_make(&f, "mesh:60");
	/* Make many channels one-way, so that not everybody reaches everybody. */
	for (size_t i = 0; i < f.system.num_channels; i++)
		f.system.channels[i].end[i % 2].notify = false;
	reach_compute(&f.board, &f.system, &reach);
	n = reach.num_nodes;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			distance[i][j] = i == j ? 0 : 1000;
	for (size_t round = 0; round < n; round++) {
		for (size_t e = 0; e < reach.num_edges; e++) {
			const struct reach_edge *edge = &reach.edges[e];

			for (size_t to = 0; to < n; to++) {
				if (distance[edge->to][to] + 1 < distance[edge->from][to])
					distance[edge->from][to] =
						distance[edge->to][to] + 1;
			}
		}
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			size_t wanted = distance[i][j] == 1000 ? 0 : distance[i][j];

			good = good && reach_distance(&reach, i, j) == wanted &&
			       reach_influences(&reach, i, j) == (wanted != 0);
		}
	}
	judge("transitive: 60 PDs as by relaxation", good, "a distance differs");
}

static void test_time(void)
{
	struct fixture f = make(4);
	struct pd *pds = f.system.pds;

	pds[0].priority = 9;
	pds[1].priority = 5;
	pds[2].priority = 5;
	pds[3].priority = 9;
	pds[3].budget_us = 100;
	judge("time: higher without limit starves, lower never",
		reach_time(&f.system, 0, 1) == REACH_TIME_STARVES &&
			reach_time(&f.system, 1, 0) == REACH_TIME_NONE,
		"wrong");
	judge("time: equal priority shares, oneself not",
		reach_time(&f.system, 1, 2) == REACH_TIME_SHARES &&
			reach_time(&f.system, 1, 1) == REACH_TIME_NONE,
		"wrong");
	judge("time: a budget bounds", reach_time(&f.system, 3, 1) == REACH_TIME_BOUNDED,
		"wrong");
	pds[0].core = 1;
	judge("time: other cores are apart",
		reach_time(&f.system, 0, 1) == REACH_TIME_NONE, "wrong");
	fixture_domain(&f, "x");
	fixture_domain(&f, "y");
	pds[1].domain = 0;
	pds[2].domain = 1;
	pds[3].domain = 0;
	judge("time: other domains are apart, the same is not",
		reach_time(&f.system, 1, 2) == REACH_TIME_NONE &&
			reach_time(&f.system, 3, 1) == REACH_TIME_BOUNDED,
		"wrong");
}

/* What the rules have refused may be left as NONE in the model. */
static void test_mistakes(void)
{
	struct fixture f = make(2);
	struct reach reach;

	fixture_call(&f, 0, 1);
	f.system.channels[0].end[1].pd = NONE;
	fixture_region(&f, "r", 0x1000);
	fixture_map(&f, 0, 0, RW);
	f.system.pds[0].maps[0].region = NONE;
	reach_compute(&f.board, &f.system, &reach);
	judge("mistakes: references to nothing give no edge", reach.num_edges == 0,
		"an edge");
}

int main(void)
{
	test_memory();
	test_two_maps();
	test_dma();
	test_channels();
	test_hierarchy();
	test_virtual_machine();
	test_transitive();
	test_against_relaxation();
	test_time();
	test_mistakes();
	return failures == 0 ? 0 : 1;
}
