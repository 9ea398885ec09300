/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FatFs reads and writes a cluster or a block at a time; a request to the disk costs as much as
 * copying many of them. So the block class's data region is a cache of lines, each of
 * up to 64 consecutive blocks of the disk:
 *
 *     valid   blocks whose data are here       (a bit each)
 *     dirty   of these, those that the disk does not have yet
 *
 * A block that is missing is read with its whole line. Whoever reads line after line finds the
 * next ones under way (`coming`): the longer he does so, the more, up to half of the lines.
 * Nothing is known of such a line, and nobody touches it, until it has come (await).
 *
 * What is written stays here until its
 * line is needed for others, somebody syncs or closes a file, a name changes, or the server has
 * nothing else to do: then each run of dirty blocks is one request. If that fails, what was
 * written is lost; the next that wants to know is told (`failed`).
 */
#include <string.h>

#include "server.h"

#include <diskio.h> /* needs <ff.h> */

#define LINES_MAX DISK_BEGUN_MAX
#define LINES_WANTED 4u /* FatFs goes to and fro between table, directory and data */
#define LINE_BLOCKS_MAX 64u
#define NOWHERE UINT64_MAX

struct line {
	uint64_t first; /* block; a multiple of line_blocks, or NOWHERE */
	uint64_t valid;
	uint64_t dirty;
	uint64_t used; /* when; the oldest is given up first */
	bool coming;   /* it is being read ahead: nothing is valid or dirty */
};

static struct {
	struct line lines[LINES_MAX];
	uint32_t num_lines;
	uint32_t line_blocks; /* a power of two */
	uint64_t blocks;      /* of the disk */
	uint64_t now;
	uint64_t next; /* the line behind the one that was read last */
	uint32_t run;  /* how many were read one after the other up to there */
	bool failed;   /* something was lost that nobody has been told of */
} cache;

/* How many blocks of the disk a line has: less at its end. */
static uint32_t blocks_of(const struct line *line)
{
	uint64_t left = cache.blocks - line->first;
	return left < cache.line_blocks ? (uint32_t)left : cache.line_blocks;
}

static uint64_t mask_of(uint32_t index, uint32_t count)
{
	return (count == 64 ? UINT64_MAX : (1ull << count) - 1u) << index;
}

/* Waits for a line that was read ahead: all of it is there, or if that failed nothing. */
static void await(struct line *line)
{
	if (!line->coming)
		return;
	if (disk_end_read((uint32_t)(line - cache.lines)) == FS_OK)
		line->valid = mask_of(0, blocks_of(line));
	line->coming = false;
}

void cache_start(uint64_t disk_blocks, uint64_t data_bytes)
{
	uint64_t room = data_bytes / FF_MAX_SS;
	for (uint32_t i = 0; i < cache.num_lines; i++)
		await(&cache.lines[i]);
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
	await(oldest);
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
	uint32_t all = blocks_of(line);
	if (!clean(line))
		return false;
	return fill_part(line, 0, all) || (count != all && fill_part(line, index, count));
}

/*
 * Begins to read a line, unless it is here; in place of the oldest, unless that is in use or
 * dirty, and then false.
 */
static bool begin(uint64_t first)
{
	struct line *oldest = NULL;
	for (uint32_t i = 0; i < cache.num_lines; i++) {
		struct line *line = &cache.lines[i];
		if (line->first == first)
			return true;
		if (line->used < cache.now &&
			(oldest == NULL || line->used < oldest->used))
			oldest = line;
	}
	if (oldest == NULL || oldest->dirty != 0 || oldest->coming)
		return false;
	*oldest = (struct line){ .first = first, .used = cache.now };
	oldest->coming = disk_begin_read((uint32_t)(oldest - cache.lines), first,
		blocks_of(oldest), place_of(oldest, 0));
	return oldest->coming;
}

/* This line has been read from the disk: begins those behind it, if it was awaited. */
static void read_ahead(uint64_t first)
{
	uint64_t next = first + cache.line_blocks;
	cache.run = first == cache.next ? cache.run + 1u : 0;
	cache.next = next;
	for (uint32_t i = 0; i < cache.run && i < cache.num_lines / 2u; i++) {
		if (next >= cache.blocks || !begin(next))
			return;
		next += cache.line_blocks;
	}
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
		bool first = line->coming;
		await(line);
		if ((line->valid & mask) == mask)
			server.counters->cache_hits += step;
		else if (fill(line, index, step))
			first = true;
		else
			return RES_ERROR;
		if (first)
			read_ahead(line->first);
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
		await(line);
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
