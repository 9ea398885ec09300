/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges a GUID partition table piece by piece; gpt.h says what it holds. */
#include "gpt.h"

#include <string.h>

/* The header (UEFI 2.10, table 5-5). */
#define HEADER_BYTES 12u
#define HEADER_CRC 16u
#define HEADER_SELF 24u
#define HEADER_FIRST 40u
#define HEADER_LAST 48u
#define HEADER_ENTRIES 72u
#define HEADER_NUM_ENTRIES 80u
#define HEADER_ENTRY_BYTES 84u
#define HEADER_ENTRIES_CRC 88u
#define HEADER_BYTES_MIN 92u

/* An entry (table 5-6); one whose type is zero is unused. */
#define ENTRY_TYPE_BYTES 16u
#define ENTRY_FIRST 32u
#define ENTRY_LAST 40u

/* The protective record (section 5.2.3). */
#define MBR_ENTRIES 446u
#define MBR_ENTRY_BYTES 16u
#define MBR_TYPE 4u
#define MBR_FIRST 8u
#define TYPE_PROTECTIVE 0xeeu

#define PIECE_ENTRIES (BLOCK_TABLE_BYTES / GPT_ENTRY_BYTES)
#define BLOCK_ENTRIES (BLOCK_BYTES / GPT_ENTRY_BYTES)

static uint64_t number(const uint8_t *bytes, uint32_t count)
{
	uint64_t value = 0;
	for (uint32_t i = 0; i < count; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

/* CRC-32 of ISO 3309 (section 5.3.1), four bits at a time; begins and ends with ~. */
static uint32_t crc(uint32_t so_far, const uint8_t *bytes, uint32_t count)
{
	static const uint32_t table[16] = { 0x00000000, 0x1db71064, 0x3b6e20c8,
		0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
		0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278,
		0xbdbdf21c };
	for (uint32_t i = 0; i < count; i++) {
		so_far ^= bytes[i];
		so_far = so_far >> 4 ^ table[so_far & 15];
		so_far = so_far >> 4 ^ table[so_far & 15];
	}
	return so_far;
}

bool gpt_is_protective(const uint8_t table[BLOCK_BYTES])
{
	const uint8_t *entry = table + MBR_ENTRIES;
	for (uint32_t i = 1; i < 4; i++)
		if (entry[i * MBR_ENTRY_BYTES + MBR_TYPE] != 0)
			return false;
	return entry[MBR_TYPE] == TYPE_PROTECTIVE && number(entry + MBR_FIRST, 4) == 1 &&
	       table[BLOCK_BYTES - 2] == 0x55 && table[BLOCK_BYTES - 1] == 0xaa;
}

/* How many blocks these have. */
static uint32_t entry_blocks(uint32_t entries)
{
	return (entries + BLOCK_ENTRIES - 1u) / BLOCK_ENTRIES;
}

/* Begins with one of the two headers. */
static void begin(struct gpt *gpt, bool backup)
{
	gpt->step = GPT_HEADER;
	gpt->backup = backup;
	gpt->taken = 0;
	gpt->crc = ~0u;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		gpt->partitions[i] = (struct mbr_partition){
			.status = BLOCK_NO_PARTITION
		};
}

/* What was read is no good: the backup is next, or there is no table. */
static void give_up(struct gpt *gpt)
{
	bool last = gpt->backup;
	begin(gpt, true);
	if (!last)
		return;
	gpt->step = GPT_DONE;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		gpt->partitions[i].status = BLOCK_NO_TABLE;
}

void gpt_start(struct gpt *gpt, uint64_t blocks)
{
	memset(gpt, 0, sizeof(*gpt));
	gpt->blocks = blocks;
	begin(gpt, false);
	if (blocks < 4) { /* nothing would be left */
		gpt->backup = true;
		give_up(gpt);
	}
}

bool gpt_next(const struct gpt *gpt, uint64_t *block, uint32_t *count)
{
	uint32_t left = entry_blocks(gpt->num_entries - gpt->taken);
	*block = gpt->backup ? gpt->blocks - 1u : 1u;
	*count = 1;
	if (gpt->step == GPT_ENTRIES) {
		*block = gpt->entries + gpt->taken / BLOCK_ENTRIES;
		*count = left < GPT_PIECE_BLOCKS ? left : GPT_PIECE_BLOCKS;
	}
	return gpt->step != GPT_DONE;
}

/* ---- The header ---- */

static bool header_checks(const uint8_t *header, uint64_t self)
{
	static const uint8_t zeros[4];
	uint32_t bytes = (uint32_t)number(header + HEADER_BYTES, 4);
	if (memcmp(header, "EFI PART", 8) != 0 || bytes < HEADER_BYTES_MIN ||
		bytes > BLOCK_BYTES || number(header + HEADER_SELF, 8) != self)
		return false;
	uint32_t sum = crc(~0u, header, HEADER_CRC);
	sum = crc(sum, zeros, sizeof(zeros)); /* the sum itself counts as zeros */
	sum = crc(sum, header + HEADER_CRC + 4, bytes - HEADER_CRC - 4);
	return ~sum == (uint32_t)number(header + HEADER_CRC, 4);
}

/* Whether what the header says of places can be. */
static bool bounds_good(const struct gpt *gpt)
{
	uint64_t count = entry_blocks(gpt->num_entries);
	if (gpt->first < 2 || gpt->last < gpt->first || gpt->last > gpt->blocks - 2u)
		return false;
	if (gpt->entries < 2 || gpt->entries > gpt->blocks - 1u ||
		count > gpt->blocks - 1u - gpt->entries)
		return false;
	return gpt->entries + count <= gpt->first || gpt->entries > gpt->last;
}

static void take_header(struct gpt *gpt, const uint8_t *header)
{
	uint64_t num = number(header + HEADER_NUM_ENTRIES, 4);
	gpt->first = number(header + HEADER_FIRST, 8);
	gpt->last = number(header + HEADER_LAST, 8);
	gpt->entries = number(header + HEADER_ENTRIES, 8);
	gpt->right_crc = (uint32_t)number(header + HEADER_ENTRIES_CRC, 4);
	gpt->num_entries = (uint32_t)num;
	if (header_checks(header, gpt->backup ? gpt->blocks - 1u : 1u) && num != 0 &&
		num <= GPT_ENTRIES_MAX &&
		number(header + HEADER_ENTRY_BYTES, 4) == GPT_ENTRY_BYTES &&
		bounds_good(gpt))
		gpt->step = GPT_ENTRIES;
	else
		give_up(gpt);
}

/* ---- The entries ---- */

static bool is_used(const uint8_t *entry)
{
	uint8_t type = 0;
	for (uint32_t i = 0; i < ENTRY_TYPE_BYTES; i++)
		type |= entry[i];
	return type != 0;
}

/* One of the entries that can be used. What it has of the usable blocks nobody else may have. */
static void take_entry(struct gpt *gpt, uint32_t index, uint64_t first, uint64_t last)
{
	struct mbr_partition *partition = &gpt->partitions[index];
	bool good = first <= last && first >= gpt->first && last <= gpt->last;
	uint64_t end = last < gpt->last ? last : gpt->last;
	partition->status = good ? BLOCK_OK : BLOCK_BAD_PARTITION;
	partition->first = first;
	partition->blocks = first <= end ? end - first + 1u : 0;
}

/* Whatever shares a block with the entry `index` from `first` to `last` is bad. */
static void judge_overlap(struct gpt *gpt, uint32_t index, uint64_t first, uint64_t last)
{
	for (uint32_t i = 0; i < BLOCK_PARTITIONS && i < index; i++) {
		struct mbr_partition *other = &gpt->partitions[i];
		if (other->blocks == 0 || first > last || last < other->first ||
			first > other->first + other->blocks - 1u)
			continue;
		/* It keeps its blocks until the end, to be compared with. */
		other->status = BLOCK_BAD_PARTITION;
		if (index < BLOCK_PARTITIONS)
			gpt->partitions[index].status = BLOCK_BAD_PARTITION;
	}
}

static void finish(struct gpt *gpt)
{
	gpt->step = GPT_DONE;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		if (gpt->partitions[i].status != BLOCK_OK)
			gpt->partitions[i].blocks = 0;
}

static void take_entries(struct gpt *gpt, const uint8_t *bytes)
{
	uint32_t left = gpt->num_entries - gpt->taken;
	uint32_t count = left < PIECE_ENTRIES ? left : PIECE_ENTRIES;
	gpt->crc = crc(gpt->crc, bytes, count * GPT_ENTRY_BYTES);
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *entry = bytes + i * GPT_ENTRY_BYTES;
		uint64_t first = number(entry + ENTRY_FIRST, 8);
		uint64_t last = number(entry + ENTRY_LAST, 8);
		if (!is_used(entry))
			continue;
		if (gpt->taken + i < BLOCK_PARTITIONS)
			take_entry(gpt, gpt->taken + i, first, last);
		judge_overlap(gpt, gpt->taken + i, first, last);
	}
	gpt->taken += count;
	if (gpt->taken < gpt->num_entries)
		return;
	if (~gpt->crc == gpt->right_crc)
		finish(gpt);
	else
		give_up(gpt);
}

void gpt_take(struct gpt *gpt, const uint8_t *bytes)
{
	if (bytes == NULL)
		give_up(gpt);
	else if (gpt->step == GPT_HEADER)
		take_header(gpt, bytes);
	else if (gpt->step == GPT_ENTRIES)
		take_entries(gpt, bytes);
}
