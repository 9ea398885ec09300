/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables: from a root to the list of what is mapped, and the comparison of
 * this list with what shall be mapped.
 *
 * Stage 2 and EL2 stage 1 share the layout (Arm ARM DDI 0487, D8.3): 4 KiB
 * granule, levels 1 to 3 of 1 GiB, 2 MiB and 4 KiB an entry, addresses in bits
 * 47..12. What the other bits mean is the expectation's affair: they are compared
 * whole.
 */
#pragma once

#include "check.h"

/* Whose tables: no table page is in two spaces. The two of EL2 count as one. */
#define SPACE_EL2 1u
#define SPACE_PD 2u /* + PD id */

struct leaf {
	uint64_t vaddr, bytes, paddr;
	uint64_t bits;  /* all but address and type */
	uint64_t entry; /* physical address of the descriptor */
};

struct walk {
	uint32_t space;
	const char *name; /* "PD 'x'", "kernel" */
	uint64_t root;
	unsigned root_pages; /* concatenated tables at level 1 */
	uint64_t origin;     /* the field that names the root */
	struct leaf *leaves; /* by virtual address */
	size_t num_leaves;
};

/* What shall be mapped. Sorted by walk_match; must not overlap. */
struct expect {
	uint64_t vaddr, bytes;
	const char *name;
	uint64_t bits;
	bool fixed; /* at paddr, else anywhere */
	uint64_t paddr;
	/* Found, a page each, unless fixed; NOWHERE: missing. */
	uint64_t *frames, *entries;
	bool large;       /* found: mapped by blocks, at least in part */
	uint64_t covered; /* up to here it has been found (or complained of) */
};

/*
 * Follows the tables, claims them and lists the leaves. False, with a complaint,
 * if the root is not in the file.
 */
bool walk_tables(struct check *c, struct walk *w);
/*
 * Complains of each mapping that is not expected, of each that is missing and of
 * each with other attributes or elsewhere; fills frames and entries.
 */
void walk_match(
	struct check *c, const struct walk *w, struct expect *expects, size_t count);
/* An expectation with room for its frames if it is not fixed. */
struct expect walk_expect(
	uint64_t vaddr, uint64_t bytes, uint64_t bits, const char *name);
/* The leaf that maps an address, NULL without. */
const struct leaf *walk_find(const struct walk *w, uint64_t vaddr);
/*
 * Claims the frames of an expectation, each page named after its virtual address.
 * Physically contiguous pages become one claim.
 */
void walk_claim(struct check *c, const struct expect *e);
/*
 * Where a contiguous expectation begins, NOWHERE (with a complaint) if a page is missing
 * or elsewhere. For tables that are read as one piece.
 */
uint64_t walk_contiguous(struct check *c, const struct expect *e);
