/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader at the start of the image, the boot header behind it, and what the
 * header says the loader shall zero.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "boardfile.h"
#include "executable.h"
#include "wanted.h"

#define LOADER_BYTES_MAX (1ull << 20)
/* The arm64 Image header (Linux, Documentation/arm64/booting.rst, section 4). */
#define IMAGE_TEXT_OFFSET 8u
#define IMAGE_SIZE 16u

static const struct field header_fields[] = {
	{ "magic", offsetof(struct boot_header, magic), 8, 0 },
	{ "version", offsetof(struct boot_header, version), 4, 0 },
	{ "num_zero", offsetof(struct boot_header, num_zero), 4, 0 },
	{ "image_base", offsetof(struct boot_header, image_base), 8, 0 },
	{ "image_bytes", offsetof(struct boot_header, image_bytes), 8, 0 },
	{ "uart_paddr", offsetof(struct boot_header, uart_paddr), 8, 0 },
	{ "counter_hz", offsetof(struct boot_header, counter_hz), 8, 0 },
	{ "boot_root", offsetof(struct boot_header, boot_root), 8, 0 },
	{ "kernel_root", offsetof(struct boot_header, kernel_root), 8, 0 },
	{ "kernel_entry", offsetof(struct boot_header, kernel_entry), 8, 0 },
};

#define HEADER_FIELDS (sizeof header_fields / sizeof header_fields[0])

/* A field that is compared later, when what it must be is known. */
static void expect_later(struct check *c, uint64_t paddr, size_t bytes, uint64_t expected,
	const char *what)
{
	uint64_t is = 0;
	memcpy(&is, content_at(c, paddr, bytes), bytes);
	if (is != expected)
		complaint_at(c, paddr, "%s is 0x%" PRIx64 ", must be 0x%" PRIx64, what,
			is, expected);
}

/* The loader's bytes but for the two fields of the Image header. */
static void check_code(struct check *c, const struct executable *loader, uint64_t bytes)
{
	uint8_t *expected = store_alloc(bytes, 1);
	executable_bytes(loader, 0, expected, bytes);
	memcpy(expected + IMAGE_TEXT_OFFSET, &c->board->text_offset, 8);
	memcpy(expected + IMAGE_SIZE, content_at(c, c->base + IMAGE_SIZE, 8), 8);
	content_expect(c, c->base, expected, bytes, 0, "loader.elf");
	claim_bytes(c, c->base, IMAGE_TEXT_OFFSET, 1, 0, "loader");
	claim_bytes(c, c->base + IMAGE_TEXT_OFFSET, 8, 1, 0, "Image header text_offset");
	claim_bytes(c, c->base + IMAGE_SIZE, 8, 1, 0, "Image header image_size");
	claim_bytes(c, c->base + IMAGE_SIZE + 8, bytes - IMAGE_SIZE - 8, 1, 0, "loader");
}

static void check_header(struct check *c, uint64_t kernel_entry)
{
	struct boot_header expected;
	/* What is found out later is taken as it is and compared then. */
	memcpy(&expected, content_at(c, c->header, sizeof expected), sizeof expected);
	expected.magic = BOOT_MAGIC;
	expected.version = IMAGE_VERSION;
	expected.image_base = c->board->image_base;
	expected.uart_paddr = c->board->uart;
	expected.counter_hz = c->board->counter_hz;
	expected.kernel_entry = kernel_entry;
	content_expect_fields(c, (struct window){ c->header, 0 }, &expected,
		header_fields, HEADER_FIELDS, "boot header");
}

bool loader_check(struct check *c)
{
	struct executable loader, kernel;
	const char *directory = c->board->directory;
	bool statistics = false;
	for (size_t i = 0; i < c->wanted->num_pds; i++)
		statistics = statistics || c->wanted->pds[i].statistics;
	statistics = statistics && strcmp(c->board->config, "benchmark") != 0;
	c->kernel_file = store_text("%s/elf/%s", directory,
		statistics ? "kernel_statistics.elf" : "kernel.elf");
	if (!executable_load(c, store_text("%s/elf/loader.elf", directory), &loader) ||
		!executable_load(c, c->kernel_file, &kernel))
		return false;
	const struct part *last = &loader.parts[loader.num_parts - 1];
	uint64_t bytes = (last->vaddr + last->memory_bytes + PAGE_BYTES - 1) /
			 PAGE_BYTES * PAGE_BYTES;
	if (bytes > LOADER_BYTES_MAX) {
		complaint_in(c, loader.file, NULL, "is not linked at 0, or too large");
		return false;
	}
	c->header = c->base + bytes;
	if (content_at(c, c->base, bytes + PAGE_BYTES) == NULL) {
		complaint_in(c, c->image_file, NULL,
			"is too short for a loader and its header");
		return false;
	}
	check_code(c, &loader, bytes);
	check_header(c, kernel.entry);
	return true;
}

/* ---- What the loader zeroes ---- */

static int span_compare(const void *left, const void *right)
{
	const struct span *a = left, *b = right;
	return a->start < b->start ? -1 : a->start > b->start;
}

/* c->zero in order, neighbours joined. */
static void join_spans(struct check *c)
{
	size_t n = 0;
	if (c->num_zero != 0)
		qsort(c->zero, c->num_zero, sizeof *c->zero, span_compare);
	for (size_t i = 0; i < c->num_zero; i++) {
		if (n != 0 && c->zero[i].start <= c->zero[n - 1].end) {
			if (c->zero[i].end > c->zero[n - 1].end)
				c->zero[n - 1].end = c->zero[i].end;
		} else {
			c->zero[n++] = c->zero[i];
		}
	}
	c->num_zero = n;
}

static uint64_t entry_paddr(const struct check *c, uint64_t i)
{
	return c->header + offsetof(struct boot_header, zero) +
	       i * sizeof(struct zero_range);
}

/* How many of the entries can be looked at. */
static uint64_t num_entries(const struct check *c)
{
	uint32_t num;
	memcpy(&num, content_at(c, c->header + offsetof(struct boot_header, num_zero), 4),
		sizeof num);
	return num < ZERO_RANGES_MAX ? num : ZERO_RANGES_MAX;
}

bool loader_zero_range(const struct check *c, uint64_t i, struct span *out)
{
	if (i >= num_entries(c))
		return false;
	out->start = content_u64(c, entry_paddr(c, i));
	uint64_t bytes = content_u64(c, entry_paddr(c, i) + 8);
	out->end = bytes > UINT64_MAX - out->start ? UINT64_MAX : out->start + bytes;
	return true;
}

void loader_blame_ranges(struct check *c, const char *name)
{
	struct span span;
	for (uint64_t i = 0; loader_zero_range(c, i, &span); i++)
		complaint_at(c, entry_paddr(c, i),
			"has no zeroed memory for %s, nor has any other range", name);
}

/* Complains of the parts of an entry that need no zeroing. */
static void check_entry(struct check *c, uint64_t i, const struct span *span)
{
	uint64_t at = span->start;
	for (size_t k = 0; k < c->num_zero && at < span->end; k++) {
		const struct span *need = &c->zero[k];
		if (need->end <= at || need->start >= span->end)
			continue;
		if (need->start > at)
			break;
		at = need->end;
	}
	if (at < span->end)
		complaint_at(c, entry_paddr(c, i) + (at == span->start ? 0 : 8),
			"zeroes 0x%" PRIx64 " (%s), which is not to be zeroed", at,
			claim_name(c, at));
}

/* Complains where [start, end) is not in any entry. */
static void check_need(struct check *c, const struct span *need)
{
	uint64_t at = need->start, before = 0;
	struct span span;
	for (uint64_t i = 0; loader_zero_range(c, i, &span); i++) {
		if (span.start <= at)
			before = i;
		if (span.start <= at && at < span.end)
			at = span.end;
	}
	if (at < need->end)
		complaint_at(c, entry_paddr(c, before) + 8,
			"0x%" PRIx64 " (%s) must be zeroed, but no range has it", at,
			claim_name(c, at));
}

static void check_order(struct check *c)
{
	struct span span;
	uint64_t end = 0, i;
	for (i = 0; loader_zero_range(c, i, &span); i++) {
		if (span.start >= span.end || span.start % 64 != 0 ||
			span.end % 64 != 0 || span.start < end)
			complaint_at(c, entry_paddr(c, i),
				"is empty, unaligned, or not behind the range before");
		if (span.start == span.end)
			complaint_at(c,
				c->header + offsetof(struct boot_header, num_zero),
				"counts range %" PRIu64 ", which is empty", i);
		end = span.end;
	}
	if (i < ZERO_RANGES_MAX && content_u64(c, entry_paddr(c, i)) != 0)
		complaint_at(c, c->header + offsetof(struct boot_header, num_zero),
			"says %" PRIu64 ", but more ranges follow", i);
}

void loader_claim_ranges(struct check *c)
{
	uint64_t num = num_entries(c);
	claim_items(c, (struct claim){ .start = entry_paddr(c, 0),
			       .end = entry_paddr(c, num),
			       .name = "boot header zero range",
			       .stride = sizeof(struct zero_range),
			       .step = 1,
			       .align = 1 });
	claim_bytes(c, entry_paddr(c, num), c->header + PAGE_BYTES - entry_paddr(c, num),
		1, 0, "boot header padding");
	content_expect_zero(c, entry_paddr(c, num),
		c->header + PAGE_BYTES - entry_paddr(c, num), 0, "padding");
	uint32_t says;
	memcpy(&says,
		content_at(c, c->header + offsetof(struct boot_header, num_zero), 4),
		sizeof says);
	if (says != num)
		complaint_at(c, c->header + offsetof(struct boot_header, num_zero),
			"is %u, more than fit", says);
}

void loader_check_memory(struct check *c)
{
	struct span span;
	uint64_t end = c->base + c->image.size;
	for (size_t i = 0; i < c->num_claims; i++)
		if (c->claims[i].align != 0 && c->claims[i].start >= c->base &&
			c->claims[i].end > end)
			end = c->claims[i].end;
	expect_later(c, c->header + offsetof(struct boot_header, image_bytes), 8,
		end - c->base, "the image's size in memory");
	expect_later(
		c, c->base + IMAGE_SIZE, 8, end - c->base, "the image's size in memory");
	join_spans(c);
	check_order(c);
	for (uint64_t i = 0; loader_zero_range(c, i, &span); i++)
		check_entry(c, i, &span);
	for (size_t k = 0; k < c->num_zero; k++)
		check_need(c, &c->zero[k]);
}
