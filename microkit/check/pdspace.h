/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD's address space while it is checked: between pdspace.c and startarea.c. */
#pragma once

#include "walk.h"
#include "wanted.h"

struct pdspace {
	struct wanted_pd *pd;
	struct walk walk;
	struct expect *expects; /* sorted by virtual address */
	size_t count;
	uint64_t start_area; /* its virtual address; 0: not found */
	uint64_t start_end;
};

/* The expectation that has an address; NULL without. */
struct expect *pdspace_find(const struct pdspace *s, uint64_t vaddr);
/* The bytes of the PD's memory as it begins: its ELF, patched. */
void pdspace_content(
	const struct wanted_pd *p, uint64_t vaddr, uint8_t *out, size_t bytes);

/* Where the start area is, judging by what is mapped; sets start_area, start_end. */
void startarea_find(struct check *c, struct pdspace *s);
/* Stub, start table and pristine copies. Requires: walk_match of the space. */
void startarea_check(struct check *c, struct pdspace *s);
