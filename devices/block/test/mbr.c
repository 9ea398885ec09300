/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the reading of partition tables: each judgement, and 10^6 tables of noise. */
#include <stdio.h>
#include <string.h>

#include "../../lib/test/test.h"
#include "../mbr.h"

#define BLOCKS 1000u
#define STEPS 1000000u

void hook(void);
void hook(void)
{
}

static uint8_t table[BLOCK_BYTES];
static struct mbr_partition partitions[BLOCK_PARTITIONS];
static bool failed;

static void entry(uint32_t number, uint8_t type, uint32_t first, uint32_t blocks)
{
	uint8_t *at = table + 446 + 16 * number;
	at[4] = type;
	for (uint32_t i = 0; i < 4; i++) {
		at[8 + i] = (uint8_t)(first >> 8 * i);
		at[12 + i] = (uint8_t)(blocks >> 8 * i);
	}
}

static void begin(void)
{
	memset(table, 0, sizeof(table));
	table[510] = 0x55;
	table[511] = 0xaa;
}

static void expect(const char *name, enum block_status a, enum block_status b)
{
	mbr_parse(table, BLOCKS, partitions);
	bool good = partitions[0].status == a && partitions[1].status == b;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		good = good &&
		       (partitions[i].status == BLOCK_OK) == (partitions[i].blocks != 0);
	failed = failed || !good;
	if (good)
		printf("ok - %s\n", name);
	else
		printf("not ok - %s: %d %d\n", name, partitions[0].status,
			partitions[1].status);
}

static void pair(const char *name, const uint32_t left[3], const uint32_t right[3],
	enum block_status a, enum block_status b)
{
	begin();
	entry(0, (uint8_t)left[0], left[1], left[2]);
	entry(1, (uint8_t)right[0], right[1], right[2]);
	expect(name, a, b);
}

#define ENTRY(type, first, blocks)        \
	(const uint32_t[])                \
	{                                 \
		(type), (first), (blocks) \
	}

static void test_cases(void)
{
	const uint32_t *good = ENTRY(12, 900, 100);
	pair("two good ones", ENTRY(131, 1, 899), good, BLOCK_OK, BLOCK_OK);
	pair("they overlap by one", ENTRY(12, 1, 900), good, BLOCK_BAD_PARTITION,
		BLOCK_BAD_PARTITION);
	pair("one within the other", ENTRY(12, 950, 1), good, BLOCK_BAD_PARTITION,
		BLOCK_BAD_PARTITION);
	pair("the same twice", good, good, BLOCK_BAD_PARTITION, BLOCK_BAD_PARTITION);
	pair("none", ENTRY(0, 1, 9), good, BLOCK_NO_PARTITION, BLOCK_OK);
	pair("none, which overlaps", ENTRY(0, 901, 9), good, BLOCK_NO_PARTITION,
		BLOCK_OK);
	pair("at block 0", ENTRY(12, 0, 9), good, BLOCK_BAD_PARTITION, BLOCK_OK);
	pair("empty", ENTRY(12, 9, 0), good, BLOCK_BAD_PARTITION, BLOCK_OK);
	pair("one block too long", ENTRY(12, 9, 1), ENTRY(12, 900, 101), BLOCK_OK,
		BLOCK_BAD_PARTITION);
	pair("begins behind the end", ENTRY(12, 1001, 1), good, BLOCK_BAD_PARTITION,
		BLOCK_OK);
	pair("begins at the end", ENTRY(12, 1000, 1), good, BLOCK_BAD_PARTITION,
		BLOCK_OK);
	pair("wraps around", ENTRY(12, 0xffffffff, 0xffffffff), ENTRY(12, 1, 9),
		BLOCK_BAD_PARTITION, BLOCK_OK);
	pair("extended, CHS", ENTRY(0x05, 1, 9), good, BLOCK_UNSUPPORTED, BLOCK_OK);
	pair("extended, LBA", ENTRY(0x0f, 1, 9), good, BLOCK_UNSUPPORTED, BLOCK_OK);
	pair("extended, Linux", ENTRY(0x85, 1, 9), good, BLOCK_UNSUPPORTED, BLOCK_OK);
	pair("a GPT", ENTRY(0xee, 1, 899), good, BLOCK_UNSUPPORTED, BLOCK_OK);
	pair("in an extended one", ENTRY(0x05, 1, 901), good, BLOCK_UNSUPPORTED,
		BLOCK_BAD_PARTITION);
	table[446] = 0x80;
	expect("active", BLOCK_UNSUPPORTED, BLOCK_BAD_PARTITION);
	table[446 + 48] = 0x7f;
	expect("code where entries are", BLOCK_NO_TABLE, BLOCK_NO_TABLE);
	begin();
	table[510] = 0xaa;
	expect("no signature", BLOCK_NO_TABLE, BLOCK_NO_TABLE);
}

static uint64_t draw(uint64_t *state, uint64_t below)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

/* Half of the numbers are near the disk's size, or each other. */
static void test_noise(uint64_t state)
{
	uint64_t good = 0;
	bool truth = true;
	for (uint32_t step = 0; step < STEPS && truth; step++) {
		begin();
		for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
			entry(i, (uint8_t)(draw(&state, 4) ? 12 : draw(&state, 256)),
				(uint32_t)draw(
					&state, draw(&state, 2) ? 1200 : 1ull << 32),
				(uint32_t)draw(
					&state, draw(&state, 2) ? 300 : 1ull << 32));
		if (draw(&state, 16) == 0)
			table[draw(&state, BLOCK_BYTES)] = (uint8_t)draw(&state, 256);
		mbr_parse(table, BLOCKS, partitions);
		uint8_t owners[BLOCKS] = { 1 };
		for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++) {
			const struct mbr_partition *p = &partitions[i];
			good += p->status == BLOCK_OK;
			truth = truth && (p->status == BLOCK_OK) == (p->blocks != 0) &&
				(p->blocks == 0 || p->first + p->blocks <= BLOCKS);
			for (uint64_t b = 0; truth && b < p->blocks; b++)
				truth = owners[p->first + b]++ == 0;
		}
	}
	failed = failed || !truth || good < STEPS / 8;
	printf("%s - 10^6 tables: what is good is the disk's and one's own%s\n",
		failed ? "not ok" : "ok", failed ? ": it is not" : "");
}

int main(void)
{
	test_start();
	test_cases();
	test_noise(test.seed);
	return failed;
}
