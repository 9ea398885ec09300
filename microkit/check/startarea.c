/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD's start area: the stub, and the table by which it makes the PD's writable
 * memory new. The table is judged by what the stub would do with it: every byte of
 * every writable page is written once, and has then the value that the ELF file
 * and the system file give it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "boardfile.h"
#include "pdspace.h"

/* Between two copies there is less room than this. */
#define COPY_ALIGN_MAX 64u

/* A range that an entry of the start table writes, and which. */
struct written {
	uint64_t start, end, entry;
};

void startarea_find(struct check *c, struct pdspace *s)
{
	uint64_t field = c->windows.pds.paddr + s->pd->id * sizeof(struct pd_constant) +
			 offsetof(struct pd_constant, start);
	uint64_t says = content_u64(c, field);
	uint64_t end = STACK_TOP_VADDR - s->pd->stack_bytes - PAGE_BYTES;
	/* The field is believed if the first mapped page of the area is there. */
	bool good = says % PAGE_BYTES == 0 && says < end - PAGE_BYTES &&
		    says > PAGE_BYTES && walk_find(&s->walk, says) != NULL &&
		    walk_find(&s->walk, says - PAGE_BYTES) == NULL &&
		    end - says <= c->image.size;
	if (!good) {
		complaint_at(c, field,
			"the start area is not where this says (0x%" PRIx64
			"): it ends at 0x%" PRIx64,
			says, end);
		/* Pages in a row below its end must be it. */
		says = end;
		while (walk_find(&s->walk, says - PAGE_BYTES) != NULL &&
			end - says < c->image.size)
			says -= PAGE_BYTES;
	}
	if (end - says < 2 * PAGE_BYTES)
		return;
	s->start_area = says;
	s->start_end = end;
}

/* The stub is one page for all PDs. */
static void check_stub(struct check *c, struct pdspace *s)
{
	const struct expect *e = pdspace_find(s, s->start_area);
	struct executable stub;
	uint8_t expected[PAGE_BYTES];
	if (e->frames[0] == NOWHERE)
		return;
	if (c->stub_paddr != NOWHERE) {
		if (c->stub_paddr == e->frames[0])
			return;
		complaint_at(c, e->entries[0],
			"maps the start stub to 0x%" PRIx64
			", but for others it is 0x%" PRIx64,
			e->frames[0], c->stub_paddr);
		complaint_at(c, c->stub_entry, "maps the start stub elsewhere than %s",
			s->pd->title);
		return;
	}
	c->stub_paddr = e->frames[0];
	c->stub_entry = e->entries[0];
	if (!executable_load(
		    c, store_text("%s/elf/start.elf", c->board->directory), &stub))
		return;
	uint64_t first = stub.parts[0].vaddr;
	const struct part *last = &stub.parts[stub.num_parts - 1];
	if (last->vaddr + last->memory_bytes - first > PAGE_BYTES || stub.entry != first)
		complaint_in(
			c, stub.file, NULL, "is more than a page, or begins elsewhere");
	executable_bytes(&stub, first, expected, PAGE_BYTES);
	claim_bytes(c, e->frames[0], PAGE_BYTES, PAGE_BYTES, e->entries[0], "start stub");
	content_expect(c, e->frames[0], expected, PAGE_BYTES, e->entries[0], stub.file);
}

/* Physical address of a byte of the pristine copies, or NOWHERE. */
static uint64_t copy_paddr(const struct pdspace *s, uint64_t vaddr)
{
	if (vaddr < s->start_area + 2 * PAGE_BYTES || vaddr >= s->start_end)
		return 0;
	const struct expect *e = pdspace_find(s, vaddr);
	uint64_t frame = e->frames[(vaddr - e->vaddr) / PAGE_BYTES];
	return frame == NOWHERE ? NOWHERE : frame + vaddr % PAGE_BYTES;
}

/* A start entry's copied bytes are what the program has at its destination. */
static void check_copy(
	struct check *c, struct pdspace *s, const struct start_entry *entry, uint64_t at)
{
	uint8_t expected[PAGE_BYTES];
	const char *name = store_text("%s pristine copy for", s->pd->title);
	uint64_t wrong = 0;
	for (uint64_t done = 0; done < entry->copy_bytes;) {
		uint64_t source = entry->source + done;
		uint64_t bytes = PAGE_BYTES - source % PAGE_BYTES;
		if (bytes > entry->copy_bytes - done)
			bytes = entry->copy_bytes - done;
		uint64_t paddr = copy_paddr(s, source);
		if (paddr == NOWHERE || content_at(c, paddr, bytes) == NULL) {
			complaint_at(c, at + offsetof(struct start_entry, source),
				"copies from 0x%" PRIx64 ", which is no pristine copy",
				source);
			return;
		}
		pdspace_content(s->pd, entry->destination + done, expected, bytes);
		claim_items(
			c, (struct claim){ .start = paddr,
				   .end = paddr + bytes,
				   .name = name,
				   .stride = 16,
				   .first = entry->destination + done,
				   .step = 16,
				   .align = COPY_ALIGN_MAX,
				   .origin = at + offsetof(struct start_entry, source) });
		wrong += content_differs(c, paddr, expected, bytes);
		content_expect(c, paddr, expected, bytes,
			at + offsetof(struct start_entry, source), s->pd->program.file);
		done += bytes;
	}
	/* One wrong byte is a wrong byte; several are perhaps those of another place. */
	if (wrong > 1)
		complaint_at(c, at + offsetof(struct start_entry, source),
			"copies to 0x%" PRIx64 " what does not belong there",
			entry->destination);
}

/* A start entry zeroes nothing that has another value. */
static void check_zero(
	struct check *c, struct pdspace *s, const struct start_entry *entry, uint64_t at)
{
	uint8_t expected[PAGE_BYTES];
	uint64_t from = entry->destination + entry->copy_bytes;
	uint64_t end = from + entry->zero_bytes;
	while (from < end) {
		uint64_t bytes = PAGE_BYTES - from % PAGE_BYTES;
		if (bytes > end - from)
			bytes = end - from;
		pdspace_content(s->pd, from, expected, bytes);
		for (uint64_t i = 0; i < bytes; i++)
			if (expected[i] != 0) {
				complaint_at(c,
					at + offsetof(struct start_entry, copy_bytes),
					"zeroes 0x%" PRIx64 ", which must be 0x%02x",
					from + i, expected[i]);
				return;
			}
		from += bytes;
	}
}

/* Is all of the range in the PD's own writable memory: no region, no start area? */
static bool is_private(const struct pdspace *s, uint64_t start, uint64_t end)
{
	if (start >= STACK_TOP_VADDR - s->pd->stack_bytes && end <= PD_VA_TOP)
		return true;
	for (size_t i = 0; i < s->pd->program.num_runs && start < end; i++) {
		const struct run *run = &s->pd->program.runs[i];
		if ((run->allow & ALLOW_WRITE) != 0 && start >= run->vaddr &&
			start < run->vaddr + run->bytes)
			start = run->vaddr + run->bytes;
	}
	return start >= end;
}

/* Reads an entry; false, with a complaint, if the stub could not obey it. */
static bool read_entry(struct check *c, const struct pdspace *s, uint64_t table,
	uint64_t at, struct start_entry *entry)
{
	memcpy(entry, content_at(c, at, sizeof *entry), sizeof *entry);
	uint64_t start = entry->destination;
	if (start > PD_VA_TOP || entry->copy_bytes > PD_VA_TOP ||
		entry->zero_bytes > PD_VA_TOP ||
		(start | entry->source | entry->copy_bytes | entry->zero_bytes) % 16 !=
			0) {
		complaint_at(c, at, "has addresses or sizes that cannot be");
		return false;
	}
	uint64_t end = start + entry->copy_bytes + entry->zero_bytes;
	if (start == 0 && end == 0)
		complaint_at(c, table + offsetof(struct start_table, num_entries),
			"counts an entry that is empty");
	if (start == end || !is_private(s, start, end)) {
		complaint_at(c, at,
			"writes 0x%" PRIx64 "..0x%" PRIx64
			", which is not the PD's own writable memory",
			start, end);
		return false;
	}
	if (entry->copy_bytes == 0 && entry->source != 0)
		complaint_at(c, at + offsetof(struct start_entry, source),
			"copies nothing, but from 0x%" PRIx64, entry->source);
	return true;
}

static int written_compare(const void *left, const void *right)
{
	const struct written *a = left, *b = right;
	return a->start < b->start ? -1 : a->start > b->start;
}

/* No byte is written twice. Requires: written is sorted. */
static void check_once(struct check *c, const struct written *written, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (written[i].start >= written[i - 1].end)
			continue;
		complaint_at(c, written[i].entry,
			"writes 0x%" PRIx64 ", which another entry writes too",
			written[i].start);
		complaint_at(c, written[i - 1].entry,
			"writes 0x%" PRIx64 ", which another entry writes too",
			written[i].start);
	}
}

/* Each byte of [start, end) is written. Requires: written is sorted. */
static void check_covered(struct check *c, const struct written *written, size_t count,
	uint64_t start, uint64_t end, uint64_t table)
{
	const struct written *before = NULL, *after = NULL;
	uint64_t at = start;
	for (size_t i = 0; i < count && after == NULL; i++) {
		if (written[i].start > at) {
			after = &written[i];
		} else {
			before = &written[i];
			at = written[i].end > at ? written[i].end : at;
		}
	}
	if (at >= end)
		return;
	complaint_at(c, table + offsetof(struct start_table, num_entries),
		"no entry makes 0x%" PRIx64 " new", at);
	if (before != NULL)
		complaint_at(c, before->entry, "ends before 0x%" PRIx64, at);
	if (after != NULL)
		complaint_at(c, after->entry, "begins after 0x%" PRIx64, at);
}

static void check_all_covered(struct check *c, const struct pdspace *s,
	struct written *written, size_t count, uint64_t table)
{
	if (count != 0)
		qsort(written, count, sizeof *written, written_compare);
	check_once(c, written, count);
	const struct executable *e = &s->pd->program;
	for (size_t i = 0; i < e->num_runs; i++)
		if ((e->runs[i].allow & ALLOW_WRITE) != 0)
			check_covered(c, written, count, e->runs[i].vaddr,
				e->runs[i].vaddr + e->runs[i].bytes, table);
	check_covered(c, written, count, STACK_TOP_VADDR - s->pd->stack_bytes, PD_VA_TOP,
		table);
}

static void claim_table(struct check *c, const struct pdspace *s, uint64_t table,
	uint64_t num, uint64_t origin)
{
	const char *title = s->pd->title;
	uint64_t entries = table + offsetof(struct start_table, entries);
	uint64_t end = entries + num * sizeof(struct start_entry);
	claim_bytes(c, table, 8, PAGE_BYTES, origin,
		store_text("%s start table stack_top", title));
	claim_bytes(
		c, table + 8, 8, 1, 0, store_text("%s start table num_entries", title));
	claim_items(c, (struct claim){ .start = entries,
			       .end = end,
			       .name = store_text("%s start table entry", title),
			       .stride = sizeof(struct start_entry),
			       .step = 1,
			       .align = 1 });
	claim_bytes(c, end, table + PAGE_BYTES - end, 1, 0,
		store_text("%s start table padding", title));
	content_expect_zero(c, end, table + PAGE_BYTES - end, origin, "padding");
}

/* The number of entries; fewer than it says if that cannot be. */
static uint64_t check_table(
	struct check *c, const struct pdspace *s, uint64_t table, uint64_t origin)
{
	uint64_t field = table + offsetof(struct start_table, num_entries);
	uint64_t num = content_u64(c, field);
	if (content_u64(c, table) != STACK_TOP_VADDR)
		complaint_at(c, table, "is 0x%" PRIx64 ", must be 0x%" PRIx64,
			content_u64(c, table), (uint64_t)STACK_TOP_VADDR);
	if (num == 0 || num > START_ENTRIES_MAX) {
		complaint_at(c, field, "is %" PRIu64 ", must be in 1..%u", num,
			START_ENTRIES_MAX);
		num = num == 0 ? 0 : START_ENTRIES_MAX;
	}
	claim_table(c, s, table, num, origin);
	if (num < START_ENTRIES_MAX &&
		content_u64(c, table + 16 + num * sizeof(struct start_entry)) != 0)
		complaint_at(c, field, "is %" PRIu64 ", but more entries follow", num);
	return num;
}

/* Pristine copies are in the file, whoever copies from them. */
static void check_pages(struct check *c, const struct pdspace *s)
{
	for (uint64_t at = s->start_area + 2 * PAGE_BYTES; at < s->start_end;
		at += PAGE_BYTES) {
		const struct expect *e = pdspace_find(s, at);
		uint64_t page = (at - e->vaddr) / PAGE_BYTES;
		if (e->frames[page] != NOWHERE &&
			content_at(c, e->frames[page], PAGE_BYTES) == NULL)
			complaint_at(c, e->entries[page],
				"maps pristine copies to 0x%" PRIx64 ", outside the file",
				e->frames[page]);
	}
}

void startarea_check(struct check *c, struct pdspace *s)
{
	check_stub(c, s);
	check_pages(c, s);
	const struct expect *e = pdspace_find(s, s->start_area + PAGE_BYTES);
	uint64_t table = e->frames[0];
	if (table == NOWHERE)
		return;
	if (content_at(c, table, PAGE_BYTES) == NULL) {
		complaint_at(c, e->entries[0], "maps the start table outside the file");
		return;
	}
	uint64_t num = check_table(c, s, table, e->entries[0]);
	struct written written[START_ENTRIES_MAX];
	size_t count = 0;
	for (uint64_t i = 0; i < num; i++) {
		uint64_t at = table + offsetof(struct start_table, entries) +
			      i * sizeof(struct start_entry);
		struct start_entry entry;
		if (!read_entry(c, s, table, at, &entry))
			continue;
		written[count++] = (struct written){ entry.destination,
			entry.destination + entry.copy_bytes + entry.zero_bytes, at };
		check_copy(c, s, &entry, at);
		check_zero(c, s, &entry, at);
	}
	check_all_covered(c, s, written, count, table);
}
