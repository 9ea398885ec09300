/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The partition table of a disk whose block 0 is a protective master boot record: a GPT.
 *
 *     block 0   protective MBR      1   header     2...   entries
 *     ...       entries             last block: backup header
 *
 * (UEFI 2.10, section 5.3; all little endian.) A header and its entries are good if both
 * checksums are, the header is where it says, and what it calls usable lies within the disk
 * and has neither headers nor these entries. If the primary ones are not good the backup is
 * read. The disk is not trusted: an entry is used only if its blocks are usable and no other
 * entry's. The first BLOCK_PARTITIONS entries can be used.
 *
 * The table is larger than the place that it is read to, so it is taken in pieces: gpt_next
 * says what to read, gpt_take is given it; GPT_READS of these at the most.
 */
#pragma once

#include "mbr.h"

#define GPT_PIECE_BLOCKS (BLOCK_TABLE_BYTES / BLOCK_BYTES)
#define GPT_ENTRY_BYTES 128u
#define GPT_ENTRIES_MAX 128u
#define GPT_READS (2u * (1u + GPT_ENTRIES_MAX * GPT_ENTRY_BYTES / BLOCK_TABLE_BYTES))

struct gpt {
	enum { GPT_HEADER = 0, GPT_ENTRIES, GPT_DONE } step;
	bool backup;          /* it is the second one that is read */
	uint64_t blocks;      /* of the disk */
	uint64_t first, last; /* blocks that partitions may have */
	uint64_t entries;     /* block where they begin */
	uint32_t num_entries;
	uint32_t taken;     /* entries so far */
	uint32_t crc;       /* of these */
	uint32_t right_crc; /* of all */
	struct mbr_partition partitions[BLOCK_PARTITIONS];
};

/* Whether block 0 is a protective MBR: its only entry is for a GPT. */
bool gpt_is_protective(const uint8_t table[BLOCK_BYTES]);

/* For a disk of so many blocks. */
void gpt_start(struct gpt *gpt, uint64_t blocks);

/*
 * What is to be read next; false if nothing. Ensures: 1 to GPT_PIECE_BLOCKS blocks, all the
 * disk's. If false, `partitions` are as mbr_parse says.
 */
bool gpt_next(const struct gpt *gpt, uint64_t *block, uint32_t *count);

/* Takes these blocks; NULL if they cannot be read. */
void gpt_take(struct gpt *gpt, const uint8_t *bytes);
