/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of a GUID partition table: each step from every state between two of them, with
 * whatever the disk has in the blocks that are read. What is to be found is said here a second
 * time. GPT_PART: 0 the protective record and the start, 1 a header, 2 a piece of the
 * entries, of which TAKEN are taken already, 3 one of these that is used, 4 what cannot be
 * read, 5 what is to be read next, 6 the sum. In the others the sum is any number, of the
 * bytes that it should be of; in 2 what 3 is about is not looked into.
 */
#include "any.h"

#ifndef TAKEN
#define TAKEN 0u
#endif

#include "../block/gpt.c"

#define SUMS 3u
#define HALF (GPT_READS / 2u)
#define PIECE (BLOCK_TABLE_BYTES / 128u)
#define SUM_BYTES 2u /* of which GPT_PART=6 makes the sum */

static struct gpt gpt;                              /* any */
static uint8_t rows[BLOCK_TABLE_BYTES / 128u][128]; /* any; in rows, which CBMC follows */
#define data (&rows[0][0])

/* What was summed up, and the results. */
static struct {
	uint32_t before, after, count;
	const uint8_t *bytes;
} sums[SUMS];
static uint32_t num_sums;

static uint32_t crc(uint32_t so_far, const uint8_t *of, uint32_t count)
{
	uint32_t after = nondet_u32();
	assert(num_sums < SUMS);
	sums[num_sums].before = so_far;
	sums[num_sums].after = after;
	sums[num_sums].count = count;
	sums[num_sums].bytes = of;
	num_sums++;
	return after;
}

static uint64_t at4(uint32_t at)
{
	return data[at] | (uint32_t)data[at + 1u] << 8 | (uint32_t)data[at + 2u] << 16 |
	       (uint32_t)data[at + 3u] << 24;
}

static uint64_t at8(uint32_t at)
{
	return at4(at) | at4(at + 4u) << 32;
}

/* ---- The states between two steps ---- */

static uint32_t blocks_of(uint32_t entries)
{
	return entries / 4u + (entries % 4u != 0 ? 1u : 0u);
}

/* The entries and what may be used are within the disk, apart from the headers and each other. */
static bool places_good(void)
{
	uint64_t count = blocks_of(gpt.num_entries), backup = gpt.blocks - 1u;
	return gpt.first > 1 && gpt.first <= gpt.last && gpt.last < backup &&
	       gpt.entries > 1 && gpt.entries <= backup &&
	       count <= backup - gpt.entries &&
	       (gpt.last < gpt.entries || gpt.first >= gpt.entries + count);
}

static bool apart(const struct mbr_partition *a, const struct mbr_partition *b)
{
	return a->blocks == 0 || b->blocks == 0 ||
	       a->first > b->first + (b->blocks - 1u) ||
	       b->first > a->first + (a->blocks - 1u);
}

/* Of those that are read; at the end only the good ones keep their blocks. */
static bool partition_good(uint32_t i, bool at_end)
{
	const struct mbr_partition *p = &gpt.partitions[i];
	if (p->blocks > 0 &&
		(p->first > gpt.last || p->blocks - 1u > gpt.last - p->first))
		return false;
	if (p->status == BLOCK_OK)
		return p->blocks > 0 && p->first >= gpt.first;
	if (p->status == BLOCK_BAD_PARTITION && !at_end)
		return true;
	return p->blocks == 0 &&
	       (p->status == BLOCK_NO_PARTITION || p->status == BLOCK_BAD_PARTITION);
}

/* So many entries have been looked at. */
static bool partitions_good(bool at_end, uint32_t seen)
{
	bool good = true;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++) {
		const struct mbr_partition *p = &gpt.partitions[i];
		good = good && partition_good(i, at_end);
		if (!at_end && i >= seen)
			good = good && p->status == BLOCK_NO_PARTITION;
		for (uint32_t k = 0; k < i; k++)
			good = good && (apart(p, &gpt.partitions[k]) ||
					       (p->status == BLOCK_BAD_PARTITION &&
						       gpt.partitions[k].status ==
							       BLOCK_BAD_PARTITION));
	}
	return good;
}

static bool is_fresh(bool backup)
{
	bool fresh = gpt.step == GPT_HEADER && gpt.backup == backup && gpt.taken == 0 &&
		     gpt.crc == 0xffffffffu;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		fresh = fresh && gpt.partitions[i].status == BLOCK_NO_PARTITION &&
			gpt.partitions[i].blocks == 0;
	return fresh && gpt.blocks >= 4;
}

static bool has_none(void)
{
	bool none = gpt.step == GPT_DONE;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		none = none && gpt.partitions[i].status == BLOCK_NO_TABLE &&
		       gpt.partitions[i].blocks == 0;
	return none;
}

/* But for the partitions. */
static bool is_reading(void)
{
	return gpt.step == GPT_ENTRIES && gpt.blocks >= 4 && places_good() &&
	       gpt.num_entries <= 128 && gpt.taken < gpt.num_entries &&
	       gpt.taken % PIECE == 0;
}

static bool valid(void)
{
	if (gpt.step == GPT_HEADER)
		return is_fresh(gpt.backup);
	if (gpt.step == GPT_DONE)
		return has_none() ||
		       (gpt.blocks >= 4 && places_good() && partitions_good(true, 0));
	return is_reading() && partitions_good(false, gpt.taken);
}

/* How often something is read from here on, at the most. */
static uint32_t reads_left(void)
{
	uint32_t later = gpt.backup ? 0 : HALF;
	if (gpt.step == GPT_DONE)
		return 0;
	return gpt.step == GPT_HEADER
		       ? later + HALF
		       : later + (gpt.num_entries - gpt.taken + PIECE - 1u) / PIECE;
}

static uint32_t reads_then;

static void assume_valid(void)
{
	__CPROVER_assume(valid());
	reads_then = reads_left();
}

/* Whether it is as it should be where what was read is no good. */
static bool gave_up(bool backup)
{
	return backup ? has_none() : is_fresh(true);
}

/* ---- Each step ---- */

static void start(void)
{
	uint64_t blocks = nondet_u64();
	gpt_start(&gpt, blocks);
	assert(gpt.blocks == blocks && valid() && reads_left() <= GPT_READS);
	assert(blocks < 4 ? has_none() : is_fresh(false));
	bool only = data[450] == 0xee && data[466] == 0 && data[482] == 0 &&
		    data[498] == 0;
	assert(gpt_is_protective(data) ==
		(only && at4(454) == 1 && data[510] == 0x55 && data[511] == 0xaa));
}

/* Whether it is one by what stands in it but for the sum. */
static bool header_good(void)
{
	static const uint8_t signature[8] = { 0x45, 0x46, 0x49, 0x20, 0x50, 0x41, 0x52,
		0x54 };
	bool good = at4(12) >= 92 && at4(12) <= 512;
	for (uint32_t i = 0; i < 8; i++)
		good = good && data[i] == signature[i];
	good = good && at8(24) == (gpt.backup ? gpt.blocks - 1u : 1u);
	return good && at4(80) >= 1 && at4(80) <= 128 && at4(84) == 128;
}

static void header(void)
{
	gpt.step = GPT_HEADER;
	assume_valid();
	bool good = header_good(), backup = gpt.backup;
	uint64_t blocks = gpt.blocks;
	gpt_take(&gpt, data);
	assert(gpt.blocks == blocks && gpt.first == at8(40) && gpt.last == at8(48));
	assert(gpt.entries == at8(72) && gpt.num_entries == at4(80));
	if (good) {
		assert(num_sums == 3 && sums[0].before == 0xffffffffu);
		assert(sums[0].bytes == data && sums[0].count == 16);
		assert(sums[1].before == sums[0].after && sums[1].count == 4);
		for (uint32_t i = 0; i < 4; i++)
			assert(sums[1].bytes[i] == 0);
		assert(sums[2].before == sums[1].after && sums[2].bytes == data + 20);
		assert(sums[2].count == at4(12) - 20u);
		good = (sums[2].after ^ 0xffffffffu) == at4(16) && places_good();
	}
	assert(valid() && (gpt.step == GPT_ENTRIES) == good);
	if (good)
		assert(gpt.taken == 0 && gpt.crc == 0xffffffffu && gpt.backup == backup &&
			gpt.right_crc == at4(88));
	else
		assert(gave_up(backup));
}

/* ---- The entries ---- */

static bool is_used_at(uint32_t i)
{
	bool used = false;
	for (uint32_t k = 0; k < 16; k++)
		used = used || data[128u * i + k] != 0;
	return used;
}

/* The entries of a piece that were handed on, a bit each. */
static uint32_t taken, judged;

/* It is the entry that it should be, and each is handed on once, in order. */
static uint32_t handed_on(uint32_t index, uint64_t first, uint64_t last)
{
	uint32_t i = index - TAKEN;
	assert(i < PIECE && index < gpt.num_entries && judged >> i == 0);
	assert(first == at8(128u * i + 32u) && last == at8(128u * i + 40u));
	return 1u << i;
}

static void take_entry(struct gpt *g, uint32_t index, uint64_t first, uint64_t last)
{
	uint32_t bit = handed_on(index, first, last);
	assert(g == &gpt && index < BLOCK_PARTITIONS && (taken & bit) == 0);
	taken |= bit;
}

static void judge_overlap(struct gpt *g, uint32_t index, uint64_t first, uint64_t last)
{
	uint32_t bit = handed_on(index, first, last);
	assert(g == &gpt && (index >= BLOCK_PARTITIONS || (taken & bit) != 0));
	judged |= bit;
}

/* The partitions are as they are after what is replaced here: nothing reads them before. */
static void piece(void)
{
	gpt.step = GPT_ENTRIES;
	gpt.taken = TAKEN; /* numbers, so that the prover need not follow an index */
	taken = judged = 0;
	uint32_t left = gpt.num_entries - TAKEN, count = left < PIECE ? left : PIECE;
	__CPROVER_assume(is_reading() && partitions_good(false, TAKEN + count));
	reads_then = reads_left();
	const struct gpt old = gpt;
	gpt_take(&gpt, data);
	for (uint32_t i = 0; i < PIECE; i++)
		assert((judged >> i & 1u) == (i < count && is_used_at(i)));
	assert(num_sums == 1 && sums[0].before == old.crc && sums[0].bytes == data);
	assert(sums[0].count == 128u * count);
	bool last = count == left, right = (sums[0].after ^ 0xffffffffu) == old.right_crc;
	assert(valid() && gpt.blocks == old.blocks);
	if (last && !right) {
		assert(gave_up(old.backup));
		return;
	}
	assert(gpt.step == (last ? GPT_DONE : GPT_ENTRIES));
	assert(gpt.taken == old.taken + count && gpt.crc == sums[0].after);
	for (uint32_t a = 0; a < BLOCK_PARTITIONS; a++) {
		const struct mbr_partition *p = &gpt.partitions[a],
					   *was = &old.partitions[a];
		bool keeps = !last || was->status == BLOCK_OK;
		assert(p->status == was->status && p->first == was->first);
		assert(p->blocks == (keeps ? was->blocks : 0));
	}
}

/* Of an entry that is used: what of the usable blocks is its own, and nobody else's. */
static void entry(void)
{
	uint64_t first = nondet_u64(), last = nondet_u64();
	gpt.step = GPT_ENTRIES;
	gpt.taken = TAKEN / PIECE * PIECE;
	__CPROVER_assume(is_reading() && TAKEN < gpt.num_entries);
	__CPROVER_assume(partitions_good(false, TAKEN));
	const struct gpt old = gpt;
	uint64_t high = last < gpt.last ? last : gpt.last;
	bool shared = false;
	if (TAKEN < BLOCK_PARTITIONS)
		real_take_entry(&gpt, TAKEN, first, last);
	real_judge_overlap(&gpt, TAKEN, first, last);
	for (uint32_t a = 0; a < BLOCK_PARTITIONS && a < TAKEN; a++) {
		const struct mbr_partition *was = &old.partitions[a];
		bool shares = was->blocks != 0 && first <= high &&
			      first <= was->first + (was->blocks - 1u) &&
			      was->first <= high;
		shared = shared || shares;
		assert(gpt.partitions[a].status ==
			(shares ? BLOCK_BAD_PARTITION : was->status));
		assert(gpt.partitions[a].first == was->first &&
			gpt.partitions[a].blocks == was->blocks);
	}
	if (TAKEN < BLOCK_PARTITIONS) {
		const struct mbr_partition *p = &gpt.partitions[TAKEN % BLOCK_PARTITIONS];
		bool good = first <= last && first >= gpt.first && last <= gpt.last;
		assert(p->status == (good && !shared ? BLOCK_OK : BLOCK_BAD_PARTITION));
		if (first <= high)
			assert(p->first == first && p->blocks - 1u == high - first);
		else
			assert(p->blocks == 0);
	}
	assert(is_reading() && partitions_good(false, TAKEN + 1u));
	assert(gpt.taken == old.taken && gpt.crc == old.crc && num_sums == 0);
}

static void unread(void)
{
	bool backup = gpt.backup;
	__CPROVER_assume(gpt.step != GPT_DONE);
	assume_valid();
	gpt_take(&gpt, NULL);
	assert(gave_up(backup));
}

static void next(void)
{
	uint64_t block;
	uint32_t count;
	assume_valid();
	bool some = gpt_next(&gpt, &block, &count);
	assert(some == (gpt.step != GPT_DONE));
	if (!some)
		return;
	assert(count > 0 && count <= GPT_PIECE_BLOCKS);
	assert(block < gpt.blocks && count <= gpt.blocks - block);
	if (gpt.step == GPT_HEADER) {
		assert(block == (gpt.backup ? gpt.blocks - 1u : 1u));
		return;
	}
	uint32_t left = gpt.num_entries - gpt.taken;
	assert((block - gpt.entries) * BLOCK_BYTES == 128u * gpt.taken);
	assert(count * BLOCK_BYTES >= 128u * (left < PIECE ? left : PIECE));
}

/* Bit by bit, as ISO 3309 has it. */
static void sum(void)
{
	uint32_t so_far = nondet_u32(), count = nondet_u32(), expected = so_far;
	__CPROVER_assume(count <= SUM_BYTES);
	for (uint32_t i = 0; i < SUM_BYTES; i++) {
		if (i >= count)
			continue;
		expected ^= data[i];
		for (uint32_t bit = 0; bit < 8; bit++)
			expected = expected >> 1 ^ (expected % 2u != 0 ? 0xedb88320u : 0);
	}
	assert(real_crc(so_far, data, count) == expected);
}

int main(void)
{
	num_sums = 0;
	if (GPT_PART == 0)
		start();
	else if (GPT_PART == 1)
		header();
	else if (GPT_PART == 2)
		piece();
	else if (GPT_PART == 3)
		entry();
	else if (GPT_PART == 4)
		unread();
	else if (GPT_PART == 5)
		next();
	else
		sum();
	if (GPT_PART == 1 || GPT_PART == 2 || GPT_PART == 4)
		assert(reads_left() < reads_then);
	END();
	return 0;
}
