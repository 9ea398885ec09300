/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FatFs reads and writes a cluster or a block at a time; a request to the disk costs as much as
 * copying many of them. So the block class's data region is a cache of lines, each of
 * up to 64 consecutive blocks of the disk:
 *
 *     valid   blocks whose data are here       (a bit each)
 *     dirty   of these, those that the disk does not have yet
 *
 * A block that is missing is read with its whole line. What is written stays here until its
 * line is needed for others, somebody syncs or closes a file, a name changes, or the server has
 * nothing else to do: then each run of dirty blocks is one request. If that fails, what was
 * written is lost; the next that wants to know is told (`failed`).
 */
#include <string.h>

#include "server.h"

#include <diskio.h> /* needs <ff.h> */

#define LINES_MAX 32u
#define LINES_WANTED 4u /* FatFs goes to and fro between table, directory and data */
#define LINE_BLOCKS_MAX 64u
#define NOWHERE UINT64_MAX

struct line {
	uint64_t first; /* block; a multiple of line_blocks, or NOWHERE */
	uint64_t valid;
	uint64_t dirty;
	uint64_t used; /* when; the oldest is given up first */
};

static struct {
	struct line lines[LINES_MAX];
	uint32_t num_lines;
	uint32_t line_blocks; /* a power of two */
	uint64_t blocks;      /* of the disk */
	uint64_t now;
	bool failed; /* something was lost that nobody has been told of */
} cache;

void cache_start(uint64_t disk_blocks, uint64_t data_bytes)
{
	uint64_t room = data_bytes / FF_MAX_SS;
	memset(&cache, 0, sizeof(cache));
	cache.blocks = disk_blocks;
	cache.line_blocks = LINE_BLOCKS_MAX;
	while (cache.line_blocks > 1 && room / cache.line_blocks < LINES_WANTED)
		cache.line_blocks /= 2;
	room /= cache.line_blocks;
	cache.num_lines = room < LINES_MAX ? (uint32_t)room : LINES_MAX;
	for (uint32_t i = 0; i < cache.num_lines; i++)
		cache.lines[i].first = NOWHERE;
}

static uint64_t place_of(const struct line *line, uint32_t index)
{
	uint64_t number = (uint64_t)(line - cache.lines);
	return (number * cache.line_blocks + index) * FF_MAX_SS;
}

static uint64_t mask_of(uint32_t index, uint32_t count)
{
	return (count == 64 ? UINT64_MAX : (1ull << count) - 1u) << index;
}

/* Writes the dirty blocks of a line, run by run. What cannot be written is lost. */
static bool clean(struct line *line)
{
	bool good = true;
	while (line->dirty != 0) { /* a run less each time */
		uint32_t index = (uint32_t)__builtin_ctzll(line->dirty);
		uint64_t rest = ~(line->dirty >> index);
		uint32_t count = rest != 0 ? (uint32_t)__builtin_ctzll(rest) : 64u;
		uint64_t run = mask_of(index, count);
		line->dirty &= ~run;
		if (disk_transfer(true, line->first + index, count,
			    place_of(line, index)) == FS_OK)
			continue;
		line->valid &= ~run;
		good = false;
	}
	cache.failed = cache.failed || !good;
	return good;
}

bool cache_is_dirty(void)
{
	for (uint32_t i = 0; i < cache.num_lines; i++)
		if (cache.lines[i].dirty != 0)
			return true;
	return false;
}

uint64_t cache_blocks(void)
{
	return cache.blocks;
}

void cache_clean(void)
{
	for (uint32_t i = 0; i < cache.num_lines; i++)
		(void)clean(&cache.lines[i]);
}

/* The line of a block, with whatever is valid in it. NULL if there is none to be had. */
static struct line *obtain(uint64_t block)
{
	uint64_t first = block & ~(uint64_t)(cache.line_blocks - 1u);
	struct line *oldest = &cache.lines[0];
	cache.now++;
	for (uint32_t i = 0; i < cache.num_lines; i++) {
		struct line *line = &cache.lines[i];
		if (line->first == first) {
			line->used = cache.now;
			return line;
		}
		if (line->used < oldest->used)
			oldest = line;
	}
	if (!clean(oldest))
		return NULL;
	*oldest = (struct line){ .first = first, .used = cache.now };
	return oldest;
}

/* Reads blocks of a line that has no dirty ones. */
static bool fill_part(struct line *line, uint32_t index, uint32_t count)
{
	uint64_t mask = mask_of(index, count);
	line->valid &= ~mask;
	if (disk_transfer(false, line->first + index, count, place_of(line, index)) !=
		FS_OK)
		return false;
	line->valid |= mask;
	return true;
}

/* Reads the whole line; or, if the disk fails somewhere in it, what is wanted. */
static bool fill(struct line *line, uint32_t index, uint32_t count)
{
	uint64_t left = cache.blocks - line->first;
	uint32_t all = left < cache.line_blocks ? (uint32_t)left : cache.line_blocks;
	if (!clean(line))
		return false;
	return fill_part(line, 0, all) || (count != all && fill_part(line, index, count));
}

/* How many of `count` blocks from `block` on are in one line. */
static uint32_t in_line(uint64_t block, UINT count)
{
	uint32_t index = (uint32_t)block & (cache.line_blocks - 1u);
	uint32_t rest = cache.line_blocks - index;
	return count < rest ? count : rest;
}

static bool is_within(LBA_t block, UINT count)
{
	return block <= cache.blocks && count <= cache.blocks - block;
}

/* ---- What FatFs calls ---- */

DRESULT disk_read(BYTE drive, BYTE *to, LBA_t block, UINT count)
{
	(void)drive;
	if (!is_within(block, count))
		return RES_PARERR;
	while (count != 0) {
		uint32_t step = in_line(block, count);
		uint32_t index = (uint32_t)block & (cache.line_blocks - 1u);
		uint64_t mask = mask_of(index, step);
		struct line *line = obtain(block);
		if (line == NULL)
			return RES_ERROR;
		if ((line->valid & mask) == mask)
			server.counters->cache_hits += step;
		else if (!fill(line, index, step))
			return RES_ERROR;
		memcpy(to, disk_data(place_of(line, index)), step * FF_MAX_SS);
		to += step * FF_MAX_SS;
		block += step;
		count -= step;
	}
	return RES_OK;
}

DRESULT disk_write(BYTE drive, const BYTE *from, LBA_t block, UINT count)
{
	(void)drive;
	if (!is_within(block, count))
		return RES_PARERR;
	while (count != 0) {
		uint32_t step = in_line(block, count);
		uint32_t index = (uint32_t)block & (cache.line_blocks - 1u);
		struct line *line = obtain(block);
		if (line == NULL)
			return RES_ERROR;
		memcpy(disk_data(place_of(line, index)), from, step * FF_MAX_SS);
		line->valid |= mask_of(index, step);
		line->dirty |= mask_of(index, step);
		from += step * FF_MAX_SS;
		block += step;
		count -= step;
	}
	return RES_OK;
}

/* At the end of each of its calls that has changed something. */
DRESULT disk_ioctl(BYTE drive, BYTE command, void *data)
{
	bool failed;
	(void)drive;
	(void)data;
	if (command != CTRL_SYNC)
		return RES_PARERR;
	cache_clean();
	failed = cache.failed;
	cache.failed = false;
	return failed ? RES_ERROR : RES_OK;
}
