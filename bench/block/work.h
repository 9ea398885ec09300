/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the disk's rows do, on LionsOS and on Linux: reads and writes one after the other
 * through the partition, and what the first word of each block then is.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BLOCK_WORK_SECTOR 512u
#define BLOCK_WORK_DISK_BYTES 0x800000u /* the partition; the same work starts over */
#define BLOCK_WORK_BYTES_MAX 0x10000u
#define BLOCK_WORK_WINDOW_MAX 16u
#define BLOCK_WORKS 6u
#define BLOCK_WORK_SEED 0x9e3779b97f4a7c15u

struct block_work {
	bool write;
	uint32_t bytes;    /* of a request */
	uint32_t window;   /* requests outstanding */
	uint32_t requests; /* block_rows.py knows them, too */
};

static const struct block_work block_works[BLOCK_WORKS] = {
	{ false, 0x1000, 1, 2000 },
	{ false, 0x1000, 16, 2000 },
	{ false, 0x10000, 1, 500 },
	{ true, 0x1000, 1, 2000 },
	{ true, 0x1000, 16, 2000 },
	{ true, 0x10000, 1, 500 },
};

/* The first word of the block at this byte of the partition; written, it is its complement. */
static inline uint64_t block_work_word(uint64_t at)
{
	return (at / BLOCK_WORK_SECTOR + 1) * BLOCK_WORK_SEED;
}

static inline void block_work_fill(uint64_t *data, uint32_t bytes, uint64_t at)
{
	for (uint32_t i = 0; i < bytes; i += BLOCK_WORK_SECTOR)
		data[i / sizeof(*data)] = ~block_work_word(at + i);
}

static inline bool block_work_right(const uint64_t *data, uint32_t bytes, uint64_t at)
{
	bool right = true;

	for (uint32_t i = 0; i < bytes; i += BLOCK_WORK_SECTOR)
		right = right && data[i / sizeof(*data)] == block_work_word(at + i);
	return right;
}

static inline uint64_t block_work_place(const struct block_work *work, uint32_t request)
{
	return (uint64_t)request * work->bytes % BLOCK_WORK_DISK_BYTES;
}

/* The system counter, in ticks: time, where no instructions are counted. */
static inline uint64_t block_work_ticks(void)
{
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}

/*
 * A reading of the counting plugin (bench/network/counter): a hint that does nothing on
 * any processor (Arm DDI 0487, C6.2, HINT).
 */
static inline void block_work_mark(void)
{
	__asm__ volatile("hint #127" : : : "memory");
}
