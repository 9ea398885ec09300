/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>

#include "walk.h"

#define ENTRIES 512u
#define LEVELS 3u
#define ADDRESS_BITS 0x0000fffffffff000ull
#define TYPE_BITS 3ull
#define TYPE_BLOCK 1ull
#define TYPE_TABLE_OR_PAGE 3ull

#define WRONG_MAX 8u

/* One level of the path from the root. */
struct step {
	uint64_t table, vaddr, origin;
	unsigned entries, next;
	unsigned used, wrong; /* entries that are not 0; that cannot be */
};

static unsigned shift_of(unsigned level)
{
	return PAGE_BITS + 9 * (LEVELS - level);
}

/* Claims a table page, unless this space met it before at the same place. */
static bool table_enter(struct check *c, const struct walk *w, uint64_t table,
	unsigned pages, unsigned level, uint64_t vaddr, uint64_t origin)
{
	uint64_t bytes = (uint64_t)pages * PAGE_BYTES;
	if (table % bytes != 0 || content_at(c, table, bytes) == NULL) {
		complaint_at(c, origin,
			"points to a page table at 0x%" PRIx64
			", which is not in the file",
			table);
		return false;
	}
	for (unsigned i = 0; i < pages; i++) {
		struct visit *visit = &c->visits[(table - c->base) / PAGE_BYTES + i];
		bool known = visit->space == w->space && visit->level == level &&
			     visit->vaddr == vaddr && w->space == SPACE_EL2 && level != 1;
		if (known)
			return true;
		if (visit->space != 0) {
			complaint_at(c, origin,
				"points to a page table at 0x%" PRIx64
				", which is in use elsewhere",
				table);
			if (visit->origin != 0)
				complaint_at(c, visit->origin,
					"points to a page table at 0x%" PRIx64
					", which is in use elsewhere",
					table);
			return false;
		}
		*visit = (struct visit){ w->space, level, vaddr, origin };
	}
	claim_items(c, (struct claim){ .start = table,
			       .end = table + bytes,
			       .name = store_text("%s page table of level %u, entry for",
				       w->name, level),
			       .stride = sizeof(uint64_t),
			       .first = vaddr,
			       .step = 1ull << shift_of(level),
			       .align = bytes,
			       .origin = origin });
	return true;
}

static void leaf_add(struct walk *w, unsigned level, uint64_t vaddr, uint64_t descriptor,
	uint64_t entry)
{
	uint64_t bytes = 1ull << shift_of(level);
	uint64_t address = ADDRESS_BITS & ~(bytes - 1);
	size_t n = w->num_leaves;
	w->leaves = store_append(w->leaves, &w->num_leaves, sizeof *w->leaves);
	w->leaves[n] = (struct leaf){ .vaddr = vaddr,
		.bytes = bytes,
		.paddr = descriptor & address,
		.bits = descriptor & ~address & ~TYPE_BITS,
		.entry = entry };
}

/* Looks at the next entry of a table; true: `below` is the table that it names. */
static bool step_on(struct check *c, struct walk *w, struct step *at, unsigned level,
	struct step *below)
{
	uint64_t entry = at->table + at->next * sizeof(uint64_t);
	uint64_t vaddr = at->vaddr + ((uint64_t)at->next << shift_of(level));
	uint64_t descriptor = content_u64(c, entry);
	uint64_t type = descriptor & TYPE_BITS;
	at->next++;
	at->used += descriptor != 0;
	if (type == (level < LEVELS ? TYPE_BLOCK : TYPE_TABLE_OR_PAGE)) {
		leaf_add(w, level, vaddr, descriptor, entry);
		return false;
	}
	if (level == LEVELS || type != TYPE_TABLE_OR_PAGE) {
		if (descriptor != 0) {
			complaint_content(c, entry, "is neither valid nor 0: 0x%" PRIx64,
				descriptor);
			at->wrong++;
		}
		return false;
	}
	/* A table with so many mistakes is refused already: it is followed no further. */
	if (at->wrong >= WRONG_MAX) {
		at->wrong++;
		return false;
	}
	uint64_t next = descriptor & ADDRESS_BITS;
	if ((descriptor & ~ADDRESS_BITS & ~TYPE_BITS) != 0) {
		complaint_content(
			c, entry, "is a table with attributes: 0x%" PRIx64, descriptor);
		at->wrong++;
	}
	*below = (struct step){
		.table = next, .vaddr = vaddr, .origin = entry, .entries = ENTRIES
	};
	if (table_enter(c, w, next, 1, level + 1, vaddr, entry))
		return true;
	at->wrong++;
	return false;
}

bool walk_tables(struct check *c, struct walk *w)
{
	struct step path[LEVELS], below;
	unsigned level = 1;
	if (!table_enter(c, w, w->root, w->root_pages, 1, 0, w->origin))
		return false;
	path[0] = (struct step){
		.table = w->root, .origin = w->origin, .entries = w->root_pages * ENTRIES
	};
	while (level != 0) {
		struct step *at = &path[level - 1];
		if (at->next < at->entries) {
			if (step_on(c, w, at, level, &below))
				path[level++] = below;
			continue;
		}
		level--;
		if (2 * at->wrong <= at->used && at->wrong < WRONG_MAX)
			continue;
		/* What is mostly wrong is perhaps no page table. */
		complaint_at(c, at->origin,
			"points to 0x%" PRIx64 ", which is hardly a page table",
			at->table);
		if (level != 0)
			path[level - 1].wrong++;
	}
	return true;
}

/* The deepest entry that there is for an address. Requires: walk_tables was true. */
static uint64_t entry_for(const struct check *c, const struct walk *w, uint64_t vaddr)
{
	uint64_t table = w->root;
	for (unsigned level = 1;; level++) {
		uint64_t index = vaddr >> shift_of(level);
		if (level != 1)
			index %= ENTRIES;
		uint64_t entry = table + index * sizeof(uint64_t);
		uint64_t descriptor = content_u64(c, entry);
		table = descriptor & ADDRESS_BITS;
		if (level == LEVELS || (descriptor & TYPE_BITS) != TYPE_TABLE_OR_PAGE ||
			content_at(c, table, PAGE_BYTES) == NULL)
			return entry;
	}
}

struct expect walk_expect(uint64_t vaddr, uint64_t bytes, uint64_t bits, const char *name)
{
	struct expect e = { .vaddr = vaddr,
		.bytes = bytes,
		.bits = bits,
		.name = name,
		.covered = vaddr };
	e.frames = store_alloc(bytes / PAGE_BYTES, sizeof *e.frames);
	e.entries = store_alloc(bytes / PAGE_BYTES, sizeof *e.entries);
	for (uint64_t page = 0; page < bytes / PAGE_BYTES; page++)
		e.frames[page] = NOWHERE;
	return e;
}

static int expect_compare(const void *left, const void *right)
{
	const struct expect *a = left, *b = right;
	if (a->vaddr != b->vaddr)
		return a->vaddr < b->vaddr ? -1 : 1;
	return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

/* Complains of what is missing of an expectation below `end`. */
static void missing(struct check *c, const struct walk *w, struct expect *e, uint64_t end)
{
	if (e->covered >= end)
		return;
	complaint_at(c, entry_for(c, w, e->covered),
		"nothing is mapped at 0x%" PRIx64 "..0x%" PRIx64 ", must be %s",
		e->covered, end - 1, e->name);
	e->covered = end;
}

/* A part of a leaf that lies within one expectation. */
static void compare(struct check *c, const struct leaf *leaf, struct expect *e,
	uint64_t vaddr, uint64_t bytes)
{
	uint64_t paddr = leaf->paddr + (vaddr - leaf->vaddr);
	if (leaf->bits != e->bits)
		complaint_at(c, leaf->entry,
			"%s is mapped with attributes 0x%" PRIx64 ", must be 0x%" PRIx64,
			e->name, leaf->bits, e->bits);
	if (leaf->bytes > PAGE_BYTES)
		e->large = true;
	e->covered = vaddr + bytes;
	if (e->fixed) {
		uint64_t wanted = e->paddr + (vaddr - e->vaddr);
		if (paddr != wanted)
			complaint_at(c, leaf->entry,
				"maps %s to 0x%" PRIx64 ", must be 0x%" PRIx64, e->name,
				paddr, wanted);
		return;
	}
	for (uint64_t at = 0; at < bytes; at += PAGE_BYTES) {
		uint64_t page = (vaddr - e->vaddr + at) / PAGE_BYTES;
		e->frames[page] = paddr + at;
		e->entries[page] = leaf->entry;
	}
}

/* True if nothing calls for some of the leaf. */
static bool match_leaf(struct check *c, const struct walk *w, const struct leaf *leaf,
	struct expect *expects, size_t count, size_t *next)
{
	uint64_t vaddr = leaf->vaddr, end = leaf->vaddr + leaf->bytes;
	bool extra = false;
	while (vaddr < end) {
		struct expect *e = *next < count ? &expects[*next] : NULL;
		if (e != NULL && e->vaddr + e->bytes <= vaddr) {
			missing(c, w, e, e->vaddr + e->bytes);
			(*next)++;
			continue;
		}
		uint64_t stop = e == NULL || e->vaddr >= end ? end : e->vaddr;
		if (e == NULL || vaddr < e->vaddr) {
			complaint_at(c, leaf->entry,
				"maps 0x%" PRIx64 "..0x%" PRIx64 " to 0x%" PRIx64
				", which nothing calls for",
				vaddr, stop - 1, leaf->paddr + (vaddr - leaf->vaddr));
			extra = true;
			vaddr = stop;
			continue;
		}
		missing(c, w, e, vaddr);
		stop = e->vaddr + e->bytes < end ? e->vaddr + e->bytes : end;
		compare(c, leaf, e, vaddr, stop - vaddr);
		vaddr = stop;
	}
	return extra;
}

void walk_match(
	struct check *c, const struct walk *w, struct expect *expects, size_t count)
{
	qsort(expects, count, sizeof *expects, expect_compare);
	for (size_t i = 1; i < count; i++)
		if (expects[i].vaddr < expects[i - 1].vaddr + expects[i - 1].bytes) {
			complaint_in(c, c->image_file, NULL,
				"%s: %s and %s overlap at 0x%" PRIx64, w->name,
				expects[i - 1].name, expects[i].name, expects[i].vaddr);
			return;
		}
	size_t next = 0, extra = 0;
	for (size_t i = 0; i < w->num_leaves; i++)
		extra += match_leaf(c, w, &w->leaves[i], expects, count, &next);
	for (; next < count; next++)
		missing(c, w, &expects[next], expects[next].vaddr + expects[next].bytes);
	/* Both are so if there is nothing at all. */
	if (2 * extra >= w->num_leaves)
		complaint_at(c, w->origin, "names a root that leads mostly astray");
}

const struct leaf *walk_find(const struct walk *w, uint64_t vaddr)
{
	size_t low = 0, high = w->num_leaves;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (w->leaves[middle].vaddr <= vaddr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || vaddr - w->leaves[low - 1].vaddr >= w->leaves[low - 1].bytes)
		return NULL;
	return &w->leaves[low - 1];
}

void walk_claim(struct check *c, const struct expect *e)
{
	for (uint64_t page = 0; page < e->bytes / PAGE_BYTES; page++) {
		if (e->frames[page] == NOWHERE)
			continue;
		claim_items(c, (struct claim){ .start = e->frames[page],
				       .end = e->frames[page] + PAGE_BYTES,
				       .name = e->name,
				       .stride = PAGE_BYTES,
				       .first = e->vaddr + page * PAGE_BYTES,
				       .step = PAGE_BYTES,
				       .align = PAGE_BYTES,
				       .origin = e->entries[page] });
	}
}

uint64_t walk_contiguous(struct check *c, const struct expect *e)
{
	for (uint64_t page = 0; page < e->bytes / PAGE_BYTES; page++) {
		if (e->frames[page] == NOWHERE)
			return NOWHERE;
		if (e->frames[page] != e->frames[0] + page * PAGE_BYTES) {
			complaint_at(c, e->entries[page],
				"maps %s to 0x%" PRIx64 ", apart from the page before",
				e->name, e->frames[page]);
			complaint_at(c, e->entries[page - 1],
				"maps %s to 0x%" PRIx64 ", apart from the page behind",
				e->name, e->frames[page - 1]);
			return NOWHERE;
		}
	}
	return e->frames[0];
}
