/* SPDX-License-Identifier: BSD-2-Clause */
/* The parser of the partition table: whatever a disk of whatever size has in block 0. */
#include "any.h"

#include "../block/mbr.c"

int main(void)
{
	uint8_t table[BLOCK_BYTES]; /* any */
	struct mbr_partition p[BLOCK_PARTITIONS];
	uint64_t blocks = nondet_u64();
	mbr_parse(table, blocks, p);
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++) {
		if (p[i].status != BLOCK_OK) {
			assert(p[i].blocks == 0);
			continue;
		}
		assert(p[i].first <= UINT32_MAX && p[i].blocks <= UINT32_MAX);
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
