/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who can influence whom, and through what: the security engineer's question,
 * answered from the system file alone.
 *
 * A node is a protection domain or a virtual machine: node i is PD i; the
 * virtual machines follow in the order of their PDs. An edge says that what
 * its source does can change what its target sees or does. The ways are those
 * that the kernel offers and no others:
 *
 *   memory      the source may write a region that the target may read or execute
 *   notify      the source may notify the target
 *   call        the source may call the target, which handles its message
 *   reply       the target may call the source, and acts on the reply
 *   control     the source may stop, restart and re-register its child
 *   fault       the target is told of its child's faults, and may read its registers
 *   capability  the source may control the target by a <cap_tcb> of its <cspace>
 *   registers   the target holds such a capability, and may read the source's registers
 *   dma         the source drives a device that reads and writes memory by itself, and
 *               no IOMMU confines it: it is trusted with all memory
 *
 * A device is taken to do DMA unless its region says dma="false". Time is kept apart
 * (reach_time): who may delay whom by running instead. Devices are not nodes.
 */
#pragma once

#include "model.h"

enum reach_kind {
	REACH_MEMORY,
	REACH_NOTIFY,
	REACH_CALL,
	REACH_REPLY,
	REACH_CONTROL,
	REACH_FAULT,
	REACH_CAPABILITY,
	REACH_REGISTERS,
	REACH_DMA
};

struct reach_edge {
	size_t from, to; /* nodes */
	enum reach_kind kind;
	/*
	 * memory, dma: the region; notify, call, reply: the channel (indices in the
	 * struct system); control, fault: the child's id at its parent;
	 * capability, registers: the slot.
	 */
	size_t what;
};

struct reach {
	size_t num_nodes;
	size_t num_pds;
	const char **names; /* of the nodes */
	size_t *vm_owner;   /* of node num_pds + i: the PD that has it */
	/* Sorted by to, from, kind, what; no two are equal. */
	struct reach_edge *edges;
	size_t num_edges;
	size_t *first; /* edges into node x: first[x] up to, not with, first[x + 1] */
	/*
	 * step[to * num_nodes + from]: the edge with which a shortest way from
	 * `from` to `to` begins; NONE if there is no way, or from == to.
	 */
	size_t *step;
};

/*
 * Computes all of it. References of the system that are NONE (mistakes that the
 * rules have reported) give no edge. Owns: the arrays, for the program's life.
 */
void reach_compute(
	const struct board *board, const struct system *system, struct reach *reach);

/* Is there a way from `from` to `to`? */
bool reach_influences(const struct reach *reach, size_t from, size_t to);

/* Edges of the shortest way; 0 if there is none or from == to. */
size_t reach_distance(const struct reach *reach, size_t from, size_t to);

/* The word for a kind, as in the list above. */
const char *reach_kind_name(enum reach_kind kind);

/* How the PD `from` may take time from the PD `to` by running. */
enum reach_time {
	REACH_TIME_NONE,    /* other core or domain, or lower priority: never */
	REACH_TIME_SHARES,  /* same priority: takes turns by time slices */
	REACH_TIME_BOUNDED, /* higher, and never more than its budget in its period */
	REACH_TIME_STARVES  /* higher, and may run for ever (budget = period) */
};

enum reach_time reach_time(const struct system *system, size_t from, size_t to);
