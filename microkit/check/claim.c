/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who owns which range of physical memory.
 *
 * Claims are collected in any order and settled once: sorted, no two may overlap,
 * and between two neighbours there may only be as much room as the second's
 * alignment needs. That room belongs to nobody; in the file it is padding and must
 * be zero. So a frame that was moved elsewhere is seen even if nothing else is there:
 * it leaves a hole.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "boardfile.h"
#include "check.h"

void claim_items(struct check *c, struct claim claim)
{
	if (claim.start >= claim.end)
		return;
	/* Neighbouring pages of one owner become one claim. */
	struct claim *last = c->num_claims == 0 ? NULL : &c->claims[c->num_claims - 1];
	if (last != NULL && last->name == claim.name && last->end == claim.start &&
		last->stride == claim.stride && claim.stride != 0 &&
		last->first + (last->end - last->start) / claim.stride * claim.step ==
			claim.first) {
		last->end = claim.end;
		return;
	}
	size_t i = c->num_claims;
	c->claims = store_append(c->claims, &c->num_claims, sizeof *c->claims);
	c->claims[i] = claim;
}

void claim_bytes(struct check *c, uint64_t start, uint64_t bytes, uint64_t align,
	uint64_t origin, const char *name)
{
	claim_items(c, (struct claim){ .start = start,
			       .end = start + bytes,
			       .name = name,
			       .align = align,
			       .origin = origin });
}

static int claim_compare(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->end < b->end ? -1 : a->end > b->end;
}

static const char *claim_text(const struct claim *it, uint64_t paddr)
{
	if (it->stride == 0)
		return it->name;
	uint64_t number = it->first + (paddr - it->start) / it->stride * it->step;
	if (it->step >= 16)
		return store_text("%s 0x%" PRIx64, it->name, number);
	return store_text("%s %" PRIu64, it->name, number);
}

/* Also names the table entry (or field) that put the claim where it is. */
static void claim_blame(struct check *c, const struct claim *it, const char *what)
{
	if (it->origin != 0)
		complaint_at(c, it->origin, "puts %s where it %s", it->name, what);
}

static void claim_check_overlap(
	struct check *c, const struct claim *a, const struct claim *b)
{
	if (b->start >= a->end)
		return;
	complaint_at(c, b->start, "is also %s", claim_text(b, b->start));
	claim_blame(c, a, store_text("overlaps %s", b->name));
	claim_blame(c, b, store_text("overlaps %s", a->name));
}

/* Where memory is handed out from: the image's start, or that of a piece of RAM. */
static uint64_t zone_start(const struct check *c, uint64_t paddr)
{
	uint64_t start = 0;
	for (size_t i = 0; i < c->board->num_ram; i++)
		if (c->board->ram[i].start <= paddr && c->board->ram[i].start > start)
			start = c->board->ram[i].start;
	return paddr >= c->base && c->base > start ? c->base : start;
}

/* `end`: where what lies before b ends. */
static void claim_check_gap(
	struct check *c, const struct claim *a, const struct claim *b, uint64_t end)
{
	if (b->align == 0)
		return;
	if (!boardfile_in_ram(c->board, b->start, b->end - b->start)) {
		complaint_at(c, b->start, "%s is not in RAM", b->name);
		claim_blame(c, b, "is not RAM");
		return;
	}
	uint64_t zone = zone_start(c, b->start);
	uint64_t from = end > zone ? end : zone;
	if (b->start < from + b->align)
		return;
	complaint_at(c, from, "0x%" PRIx64 " bytes before %s are nobody's",
		b->start - from, b->name);
	claim_blame(c, b, "leaves a hole");
	if (a != NULL && a->align != 0)
		claim_blame(c, a, "leaves a hole");
}

/* What lies between two claims is zero if it is in the file. */
static void claim_check_padding(struct check *c, uint64_t from, uint64_t to)
{
	uint64_t end = c->base + c->image.size;
	for (uint64_t at = from; at < to && at < end; at++) {
		const uint8_t *byte = content_at(c, at, 1);
		if (byte != NULL && *byte != 0)
			complaint_content(c, at, "is 0x%02x, but padding is zero", *byte);
	}
}

void claim_settle(struct check *c)
{
	const struct claim *before = NULL; /* the claim that reaches furthest so far */
	uint64_t end = 0;
	if (c->num_claims != 0)
		qsort(c->claims, c->num_claims, sizeof *c->claims, claim_compare);
	for (size_t i = 0; i < c->num_claims; i++) {
		const struct claim *it = &c->claims[i];
		if (before != NULL)
			claim_check_overlap(c, before, it);
		claim_check_gap(c, before, it, end);
		claim_check_padding(c, end > c->base ? end : c->base, it->start);
		if (it->end > end) {
			before = it;
			end = it->end;
		}
	}
	claim_check_padding(c, end > c->base ? end : c->base, UINT64_MAX);
}

const char *claim_name(const struct check *c, uint64_t paddr)
{
	/* The last claim that starts at or before paddr. */
	size_t low = 0, high = c->num_claims;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->claims[middle].start <= paddr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return "nobody's";
	const struct claim *it = &c->claims[low - 1];
	const struct claim *before = low > 1 ? it - 1 : NULL;
	bool mine = paddr < it->end, also = before != NULL && paddr < before->end;
	if (mine && also)
		return store_text(
			"%s, also %s", claim_text(before, paddr), claim_text(it, paddr));
	if (mine || also)
		return claim_text(mine ? it : before, paddr);
	return store_text("padding after %s", it->name);
}

void claim_print(const struct check *c)
{
	uint64_t end = c->base + c->image.size;
	for (size_t i = 0; i < c->num_claims; i++) {
		const struct claim *it = &c->claims[i];
		if (it->start < c->base || it->start >= end)
			continue;
		printf("0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64
		       " 0x%" PRIx64 " %s\n",
			it->start - c->base, it->end - c->base, it->stride, it->first,
			it->step, it->name);
	}
}
