/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of the image: bounded access, and comparison with what must be there. */
#include <inttypes.h>
#include <string.h>

#include "check.h"

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
	uint64_t bytes, const char *why)
{
	uint64_t in_file = bytes_in_file(c, paddr, bytes);
	if (in_file != 0) {
		const uint8_t *data = content_at(c, paddr, in_file);
		if (memcmp(data, expected, in_file) != 0)
			for (uint64_t i = 0; i < in_file; i++)
				if (data[i] != expected[i])
					complaint_at(c, paddr + i,
						"is 0x%02x, must be 0x%02x (%s)", data[i],
						expected[i], why);
	}
	for (uint64_t i = in_file; i < bytes; i++)
		if (expected[i] != 0) {
			complaint_at(c, paddr + i,
				"is not in the file, must be 0x%02x (%s)", expected[i],
				why);
			break;
		}
	note_zero(c, paddr + in_file, paddr + bytes);
}

void content_expect_zero(struct check *c, uint64_t paddr, uint64_t bytes, const char *why)
{
	uint64_t in_file = bytes_in_file(c, paddr, bytes);
	for (uint64_t i = 0; i < in_file; i++) {
		uint8_t byte = *content_at(c, paddr + i, 1);
		if (byte != 0)
			complaint_at(
				c, paddr + i, "is 0x%02x, must be 0 (%s)", byte, why);
	}
	note_zero(c, paddr + in_file, paddr + bytes);
}

static void expect_item(
	struct check *c, uint64_t paddr, const uint8_t *expected, size_t bytes)
{
	const uint8_t *data = content_at(c, paddr, bytes);
	if (data == NULL || memcmp(data, expected, bytes) == 0)
		return;
	size_t i = 0;
	while (data[i] == expected[i])
		i++;
	if (bytes <= 8)
		complaint_at(c, paddr + i, "is 0x%" PRIx64 ", must be 0x%" PRIx64,
			little_endian(data, bytes), little_endian(expected, bytes));
	else
		complaint_at(
			c, paddr + i, "is 0x%02x, must be 0x%02x", data[i], expected[i]);
}

void content_expect_fields(struct check *c, uint64_t paddr, const void *expected,
	const struct field *fields, size_t count, const char *name)
{
	const uint8_t *data = expected;
	for (size_t i = 0; i < count; i++) {
		const struct field *f = &fields[i];
		uint32_t item = f->stride == 0 ? f->bytes : f->stride;
		claim_items(c, (struct claim){ .start = paddr + f->offset,
				       .end = paddr + f->offset + f->bytes,
				       .name = store_text("%s %s", name, f->name),
				       .stride = f->stride,
				       .step = 1,
				       .align = f->offset == 0 ? PAGE_BYTES : 1 });
		for (uint32_t at = 0; at + item <= f->bytes; at += item)
			expect_item(
				c, paddr + f->offset + at, data + f->offset + at, item);
	}
}
