/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parser of the partition table: whatever a disk of whatever size has in block 0. What
 * it should find is said here a second time, from the layout of a master boot record.
 */
#include "any.h"

#include "../block/mbr.c"

static uint8_t table_bytes[BLOCK_BYTES]; /* any */
static uint64_t blocks;

static uint64_t number(uint32_t at)
{
	return table_bytes[at] + 0x100ull * table_bytes[at + 1u] +
	       0x10000ull * table_bytes[at + 2u] + 0x1000000ull * table_bytes[at + 3u];
}

static uint8_t type(uint32_t i)
{
	return table_bytes[450u + 16u * i];
}

static uint64_t first(uint32_t i)
{
	return number(454u + 16u * i);
}

static uint64_t end(uint32_t i)
{
	return first(i) + number(458u + 16u * i);
}

static bool good_table(void)
{
	for (uint32_t i = 0; i < 4; i++)
		if (table_bytes[446u + 16u * i] != 0 &&
			table_bytes[446u + 16u * i] != 0x80)
			return false;
	return table_bytes[510] == 0x55 && table_bytes[511] == 0xaa;
}

static bool collides(uint32_t i)
{
	for (uint32_t j = 0; j < 4; j++)
		if (j != i && type(j) != 0 && first(i) < end(j) && first(j) < end(i))
			return true;
	return false;
}

static enum block_status expected(uint32_t i)
{
	if (!good_table())
		return BLOCK_NO_TABLE;
	if (type(i) == 0)
		return BLOCK_NO_PARTITION;
	if (type(i) == 0x05 || type(i) == 0x0f || type(i) == 0x85 || type(i) == 0xee)
		return BLOCK_UNSUPPORTED;
	if (first(i) < 1 || end(i) == first(i) || end(i) > blocks || collides(i))
		return BLOCK_BAD_PARTITION;
	return BLOCK_OK;
}

int main(void)
{
	struct mbr_partition p[BLOCK_PARTITIONS];
	blocks = nondet_u64();
	mbr_parse(table_bytes, blocks, p);
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++) {
		assert(p[i].first == first(i) && p[i].status == expected(i));
		if (p[i].status != BLOCK_OK) {
			assert(p[i].blocks == 0);
			continue;
		}
		assert(p[i].blocks == end(i) - first(i));
		assert(p[i].first >= 1 && p[i].blocks >= 1);
		assert(p[i].first < blocks && p[i].blocks <= blocks - p[i].first);
		for (uint32_t k = 0; k < i; k++)
			if (p[k].status == BLOCK_OK)
				assert(p[k].first + p[k].blocks <= p[i].first ||
					p[i].first + p[i].blocks <= p[k].first);
	}
	END();
	return 0;
}
