/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of the image: bounded access, and comparison with what must be there. */
#include <inttypes.h>
#include <string.h>

#include "check.h"

/* If more of one thing is wrong, it is perhaps another thing. */
#define SHOWN 8u

const uint8_t *content_at(const struct check *c, uint64_t paddr, uint64_t bytes)
{
	if (paddr < c->base)
		return NULL;
	uint64_t offset = paddr - c->base;
	if (offset > c->image.size || bytes > c->image.size - offset)
		return NULL;
	return c->image.data + offset;
}

static uint64_t little_endian(const uint8_t *data, size_t bytes)
{
	uint64_t value = 0;
	for (size_t i = bytes; i-- > 0;)
		value = value << 8 | data[i];
	return value;
}

uint64_t content_u64(const struct check *c, uint64_t paddr)
{
	return little_endian(content_at(c, paddr, 8), 8);
}

/* How much of a range that begins in the file is in it. */
static uint64_t bytes_in_file(const struct check *c, uint64_t paddr, uint64_t bytes)
{
	if (content_at(c, paddr, 0) == NULL)
		return 0;
	uint64_t left = c->image.size - (paddr - c->base);
	return bytes < left ? bytes : left;
}

static void note_zero(struct check *c, uint64_t start, uint64_t end)
{
	if (start >= end)
		return;
	if (c->num_zero != 0 && c->zero[c->num_zero - 1].end == start) {
		c->zero[c->num_zero - 1].end = end;
		return;
	}
	size_t i = c->num_zero;
	c->zero = store_append(c->zero, &c->num_zero, sizeof *c->zero);
	c->zero[i] = (struct span){ start, end };
}

void content_expect(struct check *c, uint64_t paddr, const uint8_t *expected,
	uint64_t bytes, uint64_t origin, const char *why)
{
	uint64_t in_file = bytes_in_file(c, paddr, bytes), wrong = 0;
	for (uint64_t i = 0; i < in_file; i++) {
		uint8_t is = *content_at(c, paddr + i, 1);
		if (is != expected[i] && wrong++ < SHOWN)
			complaint_content(c, paddr + i, "is 0x%02x, must be 0x%02x (%s)",
				is, expected[i], why);
	}
	for (uint64_t i = in_file; i < bytes; i++)
		if (expected[i] != 0) {
			complaint_at(c, origin != 0 ? origin : paddr + i,
				"has 0x%" PRIx64 " outside the file, must be 0x%02x (%s)",
				paddr + i, expected[i], why);
			break;
		}
	if (wrong > SHOWN)
		complaint_at(c, origin != 0 ? origin : paddr,
			"leads to 0x%" PRIx64 ", where %" PRIu64 " bytes are wrong (%s)",
			paddr, wrong, why);
	note_zero(c, paddr + in_file, paddr + bytes);
}

uint64_t content_differs(
	const struct check *c, uint64_t paddr, const uint8_t *expected, uint64_t bytes)
{
	const uint8_t *data = content_at(c, paddr, bytes);
	uint64_t count = 0;
	for (uint64_t i = 0; data != NULL && i < bytes; i++)
		count += data[i] != expected[i];
	return count;
}

void content_expect_zero(
	struct check *c, uint64_t paddr, uint64_t bytes, uint64_t origin, const char *why)
{
	uint8_t zeros[PAGE_BYTES] = { 0 };
	while (bytes != 0) {
		uint64_t part = bytes < PAGE_BYTES ? bytes : PAGE_BYTES;
		content_expect(c, paddr, zeros, part, origin, why);
		paddr += part;
		bytes -= part;
	}
}

/* Whether an item is as expected, with a complaint if not. */
static bool expect_item(
	struct check *c, uint64_t paddr, const uint8_t *expected, size_t bytes)
{
	const uint8_t *data = content_at(c, paddr, bytes);
	if (data == NULL || memcmp(data, expected, bytes) == 0)
		return data != NULL;
	size_t i = 0;
	while (data[i] == expected[i])
		i++;
	if (bytes <= 8)
		complaint_content(c, paddr + i, "is 0x%" PRIx64 ", must be 0x%" PRIx64,
			little_endian(data, bytes), little_endian(expected, bytes));
	else
		complaint_content(
			c, paddr + i, "is 0x%02x, must be 0x%02x", data[i], expected[i]);
	return false;
}

void content_expect_fields(struct check *c, struct window at, const void *expected,
	const struct field *fields, size_t count, const char *name)
{
	const uint8_t *data = expected;
	size_t wrong = 0;
	for (size_t i = 0; i < count; i++) {
		const struct field *f = &fields[i];
		uint32_t item = f->stride == 0 ? f->bytes : f->stride;
		claim_items(c, (struct claim){ .start = at.paddr + f->offset,
				       .end = at.paddr + f->offset + f->bytes,
				       .name = store_text("%s %s", name, f->name),
				       .stride = f->stride,
				       .step = 1,
				       .align = f->offset == 0 ? PAGE_BYTES : 1,
				       .origin = at.entry });
		for (uint32_t from = f->offset; from + item <= f->offset + f->bytes;
			from += item)
			wrong += !expect_item(c, at.paddr + from, data + from, item);
	}
	if (wrong > SHOWN && at.entry != 0)
		complaint_at(c, at.entry,
			"leads to 0x%" PRIx64 ", which is not %s: %zu fields differ",
			at.paddr, name, wrong);
}
