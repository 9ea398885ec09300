/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frames of memory regions: claimed once, contiguous where somebody is told
 * the physical address, filled with their file and zeros.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "boardfile.h"
#include "wanted.h"

static void check_contiguous(struct check *c, const struct wanted_region *region)
{
	for (uint64_t p = 1; p < region->bytes / PAGE_BYTES; p++) {
		uint64_t before = region->frames[p - 1], frame = region->frames[p];
		if (frame == NOWHERE || before == NOWHERE || frame == before + PAGE_BYTES)
			continue;
		complaint_at(c, region->entries[p] != 0 ? region->entries[p] : frame,
			"puts page %" PRIu64
			" of region '%s' apart from the page before, but its "
			"physical address is given out",
			p, region->name);
	}
}

/* What page p of a region holds when the system starts. */
static void page_expect(struct check *c, const struct wanted_region *region, uint64_t p,
	uint64_t frame, uint64_t origin)
{
	uint8_t expected[PAGE_BYTES] = { 0 };
	uint64_t offset = p * PAGE_BYTES;
	if (region->prefill.size > offset) {
		uint64_t bytes = region->prefill.size - offset;
		if (bytes > PAGE_BYTES)
			bytes = PAGE_BYTES;
		memcpy(expected, region->prefill.data + offset, bytes);
	}
	content_expect(c, frame, expected, PAGE_BYTES, origin, region->name);
}

static void claim_fixed(struct check *c, const struct wanted_region *region)
{
	claim_items(c, (struct claim){ .start = region->paddr,
			       .end = region->paddr + region->bytes,
			       .name = store_text("region '%s' byte", region->name),
			       .stride = PAGE_BYTES,
			       .step = PAGE_BYTES });
	if (region->device)
		return;
	for (uint64_t p = 0; p < region->bytes / PAGE_BYTES; p++)
		page_expect(c, region, p, region->paddr + p * PAGE_BYTES, 0);
}

/*
 * Regions in large pages leave room before them; one that nobody maps does not
 * show what its pages are.
 */
static uint64_t region_alignment(const struct wanted_region *region)
{
	bool small = region->first_user != NULL && !region->large;
	return small ? PAGE_BYTES : LARGE_PAGE_BYTES;
}

static void claim_found(struct check *c, const struct wanted_region *region)
{
	const char *name = store_text("region '%s' byte", region->name);
	for (uint64_t p = 0; p < region->bytes / PAGE_BYTES; p++) {
		if (region->frames[p] == NOWHERE)
			continue;
		claim_items(c, (struct claim){ .start = region->frames[p],
				       .end = region->frames[p] + PAGE_BYTES,
				       .name = name,
				       .stride = PAGE_BYTES,
				       .first = p * PAGE_BYTES,
				       .step = PAGE_BYTES,
				       .align = region_alignment(region),
				       .origin = region->entries[p] });
		page_expect(c, region, p, region->frames[p], region->entries[p]);
	}
}

/* ---- Regions that no PD maps: they have the memory that is left over ---- */

/* Claims so far, in order, to find what is nobody's. */
struct leftover {
	struct claim *claims;
	size_t count;
	uint64_t range; /* the zero range that is being looked at */
	uint64_t next;  /* in it; 0: from its start */
};

static int claim_compare(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	return a->start < b->start ? -1 : a->start > b->start;
}

static struct leftover leftover_begin(const struct check *c)
{
	struct leftover l = { .count = c->num_claims };
	l.claims = store_alloc(c->num_claims, sizeof *l.claims);
	memcpy(l.claims, c->claims, c->num_claims * sizeof *l.claims);
	qsort(l.claims, l.count, sizeof *l.claims, claim_compare);
	return l;
}

/* Where the claim ends that has an address; 0: none has it. */
static uint64_t owned_until(const struct leftover *l, uint64_t paddr)
{
	size_t low = 0, high = l->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->claims[middle].start <= paddr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || l->claims[low - 1].end <= paddr)
		return 0;
	return (l->claims[low - 1].end + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

/* The next page that the loader zeroes for nobody else, or NOWHERE. */
static uint64_t leftover_page(const struct check *c, struct leftover *l)
{
	struct span span;
	while (loader_zero_range(c, l->range, &span)) {
		uint64_t at = l->next > span.start ? l->next : span.start;
		if (at < span.end && at % PAGE_BYTES == 0 &&
			boardfile_in_ram(c->board, at, PAGE_BYTES)) {
			uint64_t end = owned_until(l, at);
			l->next = end != 0 ? end : at + PAGE_BYTES;
			if (end == 0)
				return at;
			continue;
		}
		l->range++;
		l->next = 0;
	}
	return NOWHERE;
}

/*
 * Where in the file a region's prefill is, in pages that nobody claimed: where the
 * fewest bytes differ, so that a changed byte is found to be one; or NOWHERE.
 */
static uint64_t leftover_prefill(const struct check *c, const struct leftover *l,
	const struct wanted_region *region)
{
	uint64_t end = c->base + c->image.size, place = NOWHERE;
	uint64_t fewest = region->prefill.size / 2 + 1;
	for (uint64_t at = c->base; at < end; at += PAGE_BYTES) {
		if (content_at(c, at, region->prefill.size) == NULL ||
			owned_until(l, at) != 0)
			continue;
		uint64_t wrong = content_differs(
			c, at, region->prefill.data, region->prefill.size);
		if (wrong < fewest) {
			fewest = wrong;
			place = at;
		}
	}
	return place;
}

static void place_orphan(
	struct check *c, struct leftover *l, struct wanted_region *region)
{
	uint64_t pages = region->bytes / PAGE_BYTES, p = 0;
	region->frames = store_alloc(pages, sizeof *region->frames);
	region->entries = store_alloc(pages, sizeof *region->entries);
	for (uint64_t i = 0; i < pages; i++)
		region->frames[i] = NOWHERE;
	if (region->has_prefill) {
		uint64_t at = leftover_prefill(c, l, region);
		if (at == NOWHERE)
			complaint_in(c, c->image_file, NULL,
				"the prefilled region '%s' is not in the image",
				region->name);
		for (; p * PAGE_BYTES < region->prefill.size; p++)
			region->frames[p] = at == NOWHERE ? NOWHERE : at + p * PAGE_BYTES;
	}
	for (; p < pages; p++) {
		region->frames[p] = leftover_page(c, l);
		if (region->frames[p] == NOWHERE) {
			loader_blame_ranges(c, region->name);
			return;
		}
	}
}

void regions_check(struct check *c)
{
	struct wanted *w = c->wanted;
	for (size_t i = 0; i < w->num_regions; i++) {
		if (w->regions[i].fixed)
			claim_fixed(c, &w->regions[i]);
		else if (w->regions[i].frames != NULL)
			claim_found(c, &w->regions[i]);
	}
	struct leftover l = leftover_begin(c);
	for (size_t i = 0; i < w->num_regions; i++) {
		if (w->regions[i].fixed)
			continue;
		if (w->regions[i].frames == NULL) {
			place_orphan(c, &l, &w->regions[i]);
			claim_found(c, &w->regions[i]);
		}
		if (w->regions[i].contiguous)
			check_contiguous(c, &w->regions[i]);
	}
}
