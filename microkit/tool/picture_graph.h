/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a picture shows of a system: boxes (protection domains, virtual machines,
 * shared memory) and the lines between them. No coordinates: picture_place.h.
 *
 * Regions that the same PDs share with the same rights are one box: a queue and
 * its data look like what they are, one connection. A region that one PD alone
 * maps, and its interrupts, are rows in that PD's box. The queues that the tool has
 * put between two PDs (<network> and the like) are one line with their channel.
 */
#pragma once

#include "model.h"

enum picture_kind { PICTURE_PD, PICTURE_VM, PICTURE_MEMORY };

enum picture_row_kind { ROW_IRQ, ROW_DEVICE, ROW_REGION };

struct picture_row {
	enum picture_row_kind kind;
	const char *name;
	const char *detail;
};

struct picture_node {
	enum picture_kind kind;
	size_t index; /* PD: of it; VM: of the PD that has it; memory: of its first region */
	const char *name;
	bool device;   /* memory: outside the board's RAM */
	size_t column; /* of the picture; lines run from lower to higher columns */
	size_t num_left, num_right; /* lines that meet each side */
	struct picture_row *rows;   /* memory: its regions */
	size_t num_rows;
	bool roomy; /* with room for lines that others write, of what happens there */
};

enum picture_edge_kind {
	PICTURE_CHANNEL,
	PICTURE_CHILD,
	PICTURE_ACCESS,
	PICTURE_CAPABILITY
};

/*
 * A line between two nodes. side[0] is the left one. What each side receives is
 * drawn there as an arrow head.
 */
struct picture_side {
	size_t node;
	const char *pin; /* channel id, child id, slot, rights; NULL: no pin */
	bool called;     /* the other side may call this one */
	bool notified;   /* the other side may notify this one */
	bool receives;   /* memory flows here; or the capability points here */
	bool owns;       /* the parent */
};

struct picture_edge {
	enum picture_edge_kind kind;
	const char *title; /* in words */
	bool link;         /* a channel together with its queues */
	struct picture_side side[2];
};

struct picture_graph {
	struct picture_node *nodes; /* PDs as in the system, then VMs, then memory */
	size_t num_nodes;
	struct picture_edge *edges;
	size_t num_edges;
	const char **unmapped; /* names of regions that nobody maps */
	size_t num_unmapped;
};

/*
 * Owns: the arrays and strings it makes, for the program's life.
 * overview: who talks to whom, and nothing else: no memory, interrupts or parents.
 */
void picture_graph(const struct system *system, const struct board *board, bool overview,
	struct picture_graph *graph);

/* A string made as by printf. */
const char *picture_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* picture_column.c: the columns of nodes, by priority and by who talks to whom. */
void picture_columns(const struct system *system, struct picture_graph *graph);
