/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the reading of partition tables out of a whole disk: each judgement of a GPT, and
 * images with errors in them, MBR and GPT, half of them with sums that are right again. How
 * many of these: BLOCK_IMAGES.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/test/test.h"
#include "../gpt.h"

#define BLOCKS 1000u
#define ENTRIES_BLOCKS 32u
#define BACKUP (BLOCKS - 1u)
#define PRIMARY_ENTRIES 2u
#define BACKUP_ENTRIES (BACKUP - ENTRIES_BLOCKS)
#define FIRST (PRIMARY_ENTRIES + ENTRIES_BLOCKS)
#define LAST (BACKUP_ENTRIES - 1u)

void hook(void);
void hook(void)
{
}

static uint8_t bytes_of_disk[BLOCKS * BLOCK_BYTES];
#define disk(block) (bytes_of_disk + (block)*BLOCK_BYTES)
static struct gpt gpt;
static bool failed;

static void put(uint8_t *at, uint64_t value, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* Bit by bit, as the standard has it. */
static uint32_t sum(const uint8_t *bytes, uint32_t count)
{
	uint32_t crc = ~0u;
	for (uint32_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (uint32_t bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void seal(uint32_t self, uint32_t entries)
{
	uint8_t *header = disk(self);
	put(header + 88, sum(disk(entries), ENTRIES_BLOCKS * BLOCK_BYTES), 4);
	put(header + 16, 0, 4);
	put(header + 16, sum(header, 92), 4);
}

static void seal_both(void)
{
	seal(1, PRIMARY_ENTRIES);
	seal(BACKUP, BACKUP_ENTRIES);
}

static void make_header(uint32_t self, uint32_t other, uint32_t entries)
{
	uint8_t *header = disk(self);
	memcpy(header, "EFI PART", 8);
	put(header + 8, 0x10000, 4);
	put(header + 12, 92, 4);
	put(header + 24, self, 8);
	put(header + 32, other, 8);
	put(header + 40, FIRST, 8);
	put(header + 48, LAST, 8);
	put(header + 72, entries, 8);
	put(header + 80, 128, 4);
	put(header + 84, 128, 4);
}

static void entry(uint32_t number, uint64_t first, uint64_t last)
{
	const uint32_t tables[2] = { PRIMARY_ENTRIES, BACKUP_ENTRIES };
	for (uint32_t i = 0; i < 2; i++) {
		uint8_t *at = disk(tables[i]) + 128 * number;
		at[15] = 1; /* the type's last byte */
		put(at + 32, first, 8);
		put(at + 40, last, 8);
	}
}

/* A disk with the partitions 100 to 199 and 200 to LAST. */
static void begin(void)
{
	memset(bytes_of_disk, 0, sizeof(bytes_of_disk));
	disk(0)[446 + 4] = 0xee;
	put(disk(0) + 446 + 8, 1, 4);
	put(disk(0) + 446 + 12, BLOCKS - 1, 4);
	disk(0)[510] = 0x55;
	disk(0)[511] = 0xaa;
	make_header(1, BACKUP, PRIMARY_ENTRIES);
	make_header(BACKUP, 1, BACKUP_ENTRIES);
	entry(0, 100, 199);
	entry(1, 200, LAST);
	seal_both();
}

/* As the virtualiser does; false if it asks for what it may not, or too often. */
static bool parse(uint64_t blocks, uint32_t bad_block)
{
	uint64_t block;
	uint32_t count, reads = 0;
	gpt_start(&gpt, blocks);
	for (; gpt_next(&gpt, &block, &count); reads++) {
		/* The exact size, so that the sanitiser sees what is beyond. */
		uint8_t *bytes;
		if (reads >= GPT_READS || count == 0 || count > GPT_PIECE_BLOCKS ||
			block >= blocks || count > blocks - block)
			return false;
		bytes = malloc(count * BLOCK_BYTES);
		memcpy(bytes, disk(block), count * BLOCK_BYTES);
		gpt_take(&gpt, block == bad_block ? NULL : bytes);
		free(bytes);
	}
	return true;
}

static bool is(uint32_t number, enum block_status status, uint64_t first, uint64_t blocks)
{
	const struct mbr_partition *p = &gpt.partitions[number];
	return p->status == status && p->blocks == blocks &&
	       (blocks == 0 || p->first == first);
}

static void report(const char *name, bool good)
{
	failed = failed || !good;
	printf("%s - %s%s\n", good ? "ok" : "not ok", name,
		good ? "" : ": judged otherwise");
}

static bool both_good(uint32_t bad_block)
{
	return parse(BLOCKS, bad_block) && is(0, BLOCK_OK, 100, 100) &&
	       is(1, BLOCK_OK, 200, LAST - 199) && is(2, BLOCK_NO_PARTITION, 0, 0);
}

static bool both_are(enum block_status a, enum block_status b)
{
	seal_both();
	return parse(BLOCKS, 0) && gpt.partitions[0].status == a &&
	       gpt.partitions[1].status == b;
}

static bool no_table(void)
{
	return parse(BLOCKS, 0) && is(0, BLOCK_NO_TABLE, 0, 0) &&
	       is(3, BLOCK_NO_TABLE, 0, 0);
}

static void test_backup(void)
{
	static const uint32_t places[] = { 0, 16, 24, 40, 80 };
	begin();
	report("two good ones", gpt_is_protective(disk(0)) && both_good(0));
	report("the primary header cannot be read", both_good(1));
	report("the primary entries cannot be read", both_good(PRIMARY_ENTRIES + 8));
	for (uint32_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char name[60];
		begin();
		disk(1)[places[i]] ^= 1;
		snprintf(name, sizeof(name), "the backup, if byte %u is bad", places[i]);
		report(name, both_good(0) && gpt.backup);
	}
	begin();
	disk(PRIMARY_ENTRIES + 31)[511] ^= 1;
	report("the backup, if an entry is bad", both_good(0) && gpt.backup);
	disk(BACKUP)[16] ^= 1;
	report("both are bad", no_table());
	begin();
	put(disk(1) + 72, 100, 8);
	put(disk(BACKUP) + 72, 100, 8);
	seal(1, 100);
	seal(BACKUP, 100);
	report("entries among the usable blocks", no_table());
}

static void test_cases(void)
{
	begin();
	entry(1, 199, LAST);
	report("they overlap by one", both_are(BLOCK_BAD_PARTITION, BLOCK_BAD_PARTITION));
	begin();
	entry(1, 150, 160);
	report("one within the other",
		both_are(BLOCK_BAD_PARTITION, BLOCK_BAD_PARTITION));
	begin();
	entry(127, 199, 199);
	report("the last entry counts too", both_are(BLOCK_BAD_PARTITION, BLOCK_OK));
	begin();
	entry(0, FIRST - 1, 199);
	report("on the entries", both_are(BLOCK_BAD_PARTITION, BLOCK_OK));
	begin();
	entry(1, 200, LAST + 1);
	report("on the backup's entries", both_are(BLOCK_OK, BLOCK_BAD_PARTITION));
	begin();
	entry(1, 500, 499);
	report("ends before it begins", both_are(BLOCK_OK, BLOCK_BAD_PARTITION));
	begin();
	entry(1, 1, UINT64_MAX);
	report("as large as can be", both_are(BLOCK_BAD_PARTITION, BLOCK_BAD_PARTITION));
	begin();
	entry(0, 1, UINT64_MAX);
	report("and before a good one",
		both_are(BLOCK_BAD_PARTITION, BLOCK_BAD_PARTITION));
	begin();
	entry(0, FIRST - 1, 200);
	report("begins too early, and reaches into a good one",
		both_are(BLOCK_BAD_PARTITION, BLOCK_BAD_PARTITION));
	begin();
	entry(0, 100, LAST + 1);
	report("ends too late, over a good one",
		both_are(BLOCK_BAD_PARTITION, BLOCK_BAD_PARTITION));
	begin();
	entry(0, LAST + 1, UINT64_MAX);
	report("behind all that can be used", both_are(BLOCK_BAD_PARTITION, BLOCK_OK));
	begin();
	disk(0)[446 + 16 + 4] = 12;
	report("a hybrid table is none", !gpt_is_protective(disk(0)));
	report("no room for a table", parse(3, 0) && is(0, BLOCK_NO_TABLE, 0, 0));
}

/* ---- Images with errors ---- */

static uint64_t draw(uint64_t *state, uint64_t below)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

static uint64_t draw_place(uint64_t *state)
{
	uint64_t kind = draw(state, 4);
	if (kind == 0)
		return draw(state, UINT64_MAX);
	return kind == 1 ? UINT64_MAX - draw(state, 3) : draw(state, BLOCKS + 4);
}

static void mutate(uint64_t *state)
{
	const uint32_t headers[2] = { 1, BACKUP };
	static const uint8_t words[] = { 12, 24, 40, 48, 72, 80, 84, 88 };
	uint8_t *header = disk(headers[draw(state, 2)]);
	uint32_t at = words[draw(state, sizeof(words))];
	switch (draw(state, 4)) {
	case 0:
		put(header + at, draw_place(state), at >= 80 || at == 12 ? 4 : 8);
		break;
	case 1:
		disk(draw(state, FIRST))[draw(state, BLOCK_BYTES)] = (uint8_t)draw(
			state, 256);
		break;
	default:
		entry((uint32_t)draw(state, draw(state, 2) ? 4 : 128), draw_place(state),
			draw_place(state));
	}
}

/* What is good lies in the disk, not on the headers, and is one's own. */
static bool is_sound(const struct mbr_partition *partitions, uint64_t *good)
{
	uint8_t owners[BLOCKS] = { 1 };
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++) {
		const struct mbr_partition *p = &partitions[i];
		*good += p->status == BLOCK_OK;
		if ((p->status == BLOCK_OK) != (p->blocks != 0))
			return false;
		if (p->blocks != 0 &&
			(p->first >= BLOCKS || p->blocks > BLOCKS - p->first))
			return false;
		for (uint64_t b = 0; b < p->blocks; b++)
			if (owners[p->first + b]++ != 0)
				return false;
	}
	return true;
}

static void test_images(uint64_t state, uint64_t images)
{
	static uint8_t master[sizeof(bytes_of_disk)];
	uint64_t good = 0;
	bool sound = true;
	begin();
	memcpy(master, bytes_of_disk, sizeof(master));
	for (uint64_t i = 0; i < images && sound; i++) {
		struct mbr_partition partitions[BLOCK_PARTITIONS];
		memcpy(bytes_of_disk, master, sizeof(master));
		for (uint64_t n = draw(&state, 6) + 1; n != 0; n--)
			mutate(&state);
		if (draw(&state, 2))
			seal_both();
		sound = parse(BLOCKS, 0) && is_sound(gpt.partitions, &good);
		for (uint32_t k = 0; k < 64; k++)
			if (draw(&state, 4) == 0)
				disk(0)[446 + k] ^= (uint8_t)draw(&state, 256);
		mbr_parse(disk(0), BLOCKS, partitions);
		sound = sound && is_sound(partitions, &good);
	}
	failed = failed || !sound || good < images / 4;
	printf("%s - %llu images with errors in MBR and GPT%s\n",
		failed ? "not ok" : "ok", (unsigned long long)images,
		failed ? ": what is called good is not" : "");
}

int main(void)
{
	const char *images = getenv("BLOCK_IMAGES");
	test_start();
	test_backup();
	test_cases();
	test_images(test.seed, images != NULL ? strtoull(images, NULL, 0) : 10000);
	return failed;
}
