/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The partition table in block 0 of a disk: a master boot record.
 *
 *     446  four entries of 16 bytes:  0 status (0x80 or 0)  4 type (0: empty)
 *                                     8 first block         12 number of blocks
 *     510  0x55 0xaa
 *
 * (UEFI 2.10, section 5.2.1; all little endian.) The disk is not trusted: an entry is
 * used only if its blocks are the disk's, not the table's, and no other entry's.
 */
#pragma once

#include "queue.h"

struct mbr_partition {
	uint64_t first; /* block */
	uint64_t blocks;
	enum block_status
		status; /* of the requests to it; if not BLOCK_OK, it has 0 blocks */
};

/*
 * Reads the table of a disk of `blocks` blocks. Ensures: the partitions with status
 * BLOCK_OK lie in blocks 1 to `blocks` - 1, and no two have a block in common.
 */
void mbr_parse(const uint8_t table[BLOCK_BYTES], uint64_t blocks,
	struct mbr_partition partitions[BLOCK_PARTITIONS]);
