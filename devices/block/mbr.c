/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges the four entries of a master boot record; mbr.h says what it holds. */
#include "mbr.h"

#define ENTRIES 446u
#define ENTRY_BYTES 16u
#define ENTRY_STATUS 0u
#define ENTRY_TYPE 4u
#define ENTRY_FIRST 8u
#define ENTRY_BLOCKS 12u
#define SIGNATURE 510u

#define STATUS_ACTIVE 0x80u
#define TYPE_EMPTY 0x00u

/* Those that hold another table: extended ones (CHS, LBA, Linux), and a GPT. */
static const uint8_t unsupported[] = { 0x05, 0x0f, 0x85, 0xee };

static uint32_t word(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

/* A boot sector of a file system has the signature too, but code where the entries are. */
static bool is_table(const uint8_t *table)
{
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		if ((table[ENTRIES + i * ENTRY_BYTES + ENTRY_STATUS] & ~STATUS_ACTIVE) !=
			0)
			return false;
	return table[SIGNATURE] == 0x55 && table[SIGNATURE + 1] == 0xaa;
}

static enum block_status judge(
	const struct mbr_partition *partition, uint8_t type, uint64_t blocks)
{
	if (type == TYPE_EMPTY)
		return BLOCK_NO_PARTITION;
	for (uint32_t i = 0; i < sizeof(unsupported); i++)
		if (type == unsupported[i])
			return BLOCK_UNSUPPORTED;
	if (partition->first == 0 || partition->blocks == 0 ||
		partition->first > blocks ||
		partition->blocks > blocks - partition->first)
		return BLOCK_BAD_PARTITION;
	return BLOCK_OK;
}

static bool overlap(const struct mbr_partition *a, const struct mbr_partition *b)
{
	return a->first < b->first + b->blocks && b->first < a->first + a->blocks;
}

void mbr_parse(const uint8_t table[BLOCK_BYTES], uint64_t blocks,
	struct mbr_partition partitions[BLOCK_PARTITIONS])
{
	bool table_good = is_table(table);
	bool overlaps[BLOCK_PARTITIONS] = { false };
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++) {
		const uint8_t *entry = table + ENTRIES + i * ENTRY_BYTES;
		partitions[i].first = word(entry + ENTRY_FIRST);
		partitions[i].blocks = word(entry + ENTRY_BLOCKS);
		partitions[i].status = table_good ? judge(&partitions[i],
							    entry[ENTRY_TYPE], blocks)
						  : BLOCK_NO_TABLE;
	}
	/* Extended partitions count: what is in them is somebody's. */
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		for (uint32_t j = 0; j < BLOCK_PARTITIONS; j++)
			if (i != j && partitions[j].status != BLOCK_NO_PARTITION &&
				overlap(&partitions[i], &partitions[j]))
				overlaps[i] = true;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++) {
		if (overlaps[i] && partitions[i].status == BLOCK_OK)
			partitions[i].status = BLOCK_BAD_PARTITION;
		if (partitions[i].status != BLOCK_OK)
			partitions[i].blocks = 0;
	}
}
