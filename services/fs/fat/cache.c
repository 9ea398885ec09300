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
 * next ones under way (COMING): the longer he does so, the more, up to half of the lines.
 * Nothing is known of such a line, and nobody touches it, until it has come (await).
 *
 * What is written stays here until its line is needed for others, somebody syncs or closes a
 * file, or a name changes: then each run of dirty blocks is one request. If that fails, what was
 * written is lost; the next that wants to know is told (`failed`).
 *
 * Whoever writes line after line has them written behind him (GOING), and so has the server when
 * it has nothing else to do: they may be read meanwhile, and are dirty until they are on the
 * disk. What fails then is written again.
 *
 * Requests that nobody waits for are of several lines, if consecutive lines of the disk are in
 * consecutive ones here: a group, which comes and goes as a whole.
 */
#include <string.h>

#include "server.h"

#include <diskio.h> /* needs <ff.h> */

#define LINES_MAX DISK_BEGUN_MAX
#define LINES_WANTED 4u /* FatFs goes to and fro between table, directory and data */
#define LINE_BLOCKS_MAX 64u
#define NOWHERE UINT64_MAX
#define NEVER_GIVEN UINT64_MAX

enum under_way { NOT_UNDER_WAY = 0, COMING, GOING };

struct line {
	uint64_t first; /* block; a multiple of line_blocks, or NOWHERE */
	uint64_t valid;
	uint64_t dirty;
	uint64_t used;            /* when; the oldest is given up first */
	enum under_way under_way; /* COMING: nothing is valid or dirty */
	uint64_t going;           /* GOING: of the dirty blocks, those that are */
	uint32_t group;           /* the first line of the request under way */
};

static struct {
	struct line lines[LINES_MAX];
	uint32_t num_lines;
	uint32_t line_blocks; /* a power of two */
	uint32_t group_lines; /* of a request that nobody waits for, at most */
	uint64_t blocks;      /* of the disk */
	uint64_t now;
	uint32_t latest; /* the line that was used last */
	uint64_t next;   /* the line behind the one that was read last */
	uint32_t run;    /* how many were read one after the other up to there */
	uint64_t ahead;  /* the first line behind those read ahead of `next` */
	bool failed;     /* something was lost that nobody has been told of */
} cache;

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

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

/* All blocks of a line. */
static uint64_t whole(const struct line *line)
{
	return mask_of(0, blocks_of(line));
}

/* Waits for a line that is under way, and so for its group; false if that has failed. */
static bool await(struct line *line)
{
	uint32_t group = line->group;
	if (line->under_way == NOT_UNDER_WAY)
		return true;
	bool good = disk_end(group) == FS_OK;
	for (uint32_t i = group; i < cache.num_lines && cache.lines[i].group == group &&
				 cache.lines[i].under_way != NOT_UNDER_WAY;
		i++) {
		line = &cache.lines[i];
		if (good && line->under_way == COMING)
			line->valid = whole(line);
		else if (good)
			line->dirty &= ~line->going;
		line->under_way = NOT_UNDER_WAY;
	}
	return good;
}

void cache_start(uint64_t disk_blocks, uint64_t data_bytes)
{
	uint64_t room = data_bytes / FF_MAX_SS;
	for (uint32_t i = 0; i < cache.num_lines; i++)
		(void)await(&cache.lines[i]);
	memset(&cache, 0, sizeof(cache));
	cache.blocks = disk_blocks;
	cache.line_blocks = LINE_BLOCKS_MAX;
	while (cache.line_blocks > 1 && room / cache.line_blocks < LINES_WANTED)
		cache.line_blocks /= 2;
	room /= cache.line_blocks;
	cache.num_lines = room < LINES_MAX ? (uint32_t)room : LINES_MAX;
	cache.group_lines = least(
		cache.num_lines / LINES_WANTED, DISK_COUNT_MAX / cache.line_blocks);
	cache.group_lines += cache.group_lines == 0;
	for (uint32_t i = 0; i < cache.num_lines; i++)
		cache.lines[i].first = NOWHERE;
}

static uint64_t place_of(const struct line *line, uint32_t index)
{
	uint64_t number = (uint64_t)(line - cache.lines);
	return (number * cache.line_blocks + index) * FF_MAX_SS;
}

/* Begins a request of a whole group, none of which is under way; false if it cannot be. */
static bool begin(struct line *first, uint32_t lines, enum under_way what)
{
	uint32_t group = (uint32_t)(first - cache.lines);
	uint32_t blocks = (lines - 1u) * cache.line_blocks + blocks_of(first + lines - 1);
	if (!disk_begin(group, what == GOING, first->first, blocks, place_of(first, 0)))
		return false;
	for (uint32_t i = 0; i < lines; i++) {
		first[i].under_way = what;
		first[i].going = whole(&first[i]);
		first[i].group = group;
	}
	return true;
}

/* Whether all of a line is to be written, and is not being. */
static bool is_full(const struct line *line)
{
	return line->first != NOWHERE && line->under_way == NOT_UNDER_WAY &&
	       line->dirty == whole(line);
}

/* How many full lines there are from this one on that one request can write. */
static uint32_t full_from(const struct line *line)
{
	uint32_t room = cache.num_lines - (uint32_t)(line - cache.lines);
	uint32_t most = least(cache.group_lines, room), i;
	for (i = 0; i < most && is_full(line + i) &&
		    line[i].first == line->first + (uint64_t)i * cache.line_blocks;
		i++)
		;
	return i;
}

/* Begins to write all that is full. */
static void write_behind(void)
{
	for (uint32_t i = 0; i < cache.num_lines; i++) {
		uint32_t lines = full_from(&cache.lines[i]);
		if (lines != 0 && !begin(&cache.lines[i], lines, GOING))
			return;
	}
}

/* A line is full: begins to write it, with those before it, once that is a whole group. */
static void write_full(struct line *last)
{
	uint32_t before = cache.group_lines - 1u;
	if (last >= cache.lines + before && full_from(last - before) == cache.group_lines)
		(void)begin(last - before, cache.group_lines, GOING);
}

/* The first blocks of `dirty`, which is not 0, that are next to each other. */
static void first_run(uint64_t dirty, uint32_t *index, uint32_t *count)
{
	*index = (uint32_t)__builtin_ctzll(dirty);
	uint64_t rest = ~(dirty >> *index);
	*count = rest != 0 ? (uint32_t)__builtin_ctzll(rest) : 64u;
}

/* Writes the dirty blocks of a line, run by run. What cannot be written is lost. */
static bool clean(struct line *line)
{
	bool good = true;
	(void)await(line);
	while (line->dirty != 0) { /* a run less each time */
		uint32_t index, count;
		first_run(line->dirty, &index, &count);
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

static bool is_dirty(void)
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
	write_behind();
	for (uint32_t i = 0; i < cache.num_lines; i++)
		(void)clean(&cache.lines[i]);
}

/* Begins to write the first run of a line that is not under way. */
static void begin_run(struct line *line)
{
	uint32_t number = (uint32_t)(line - cache.lines), index, count;
	first_run(line->dirty, &index, &count);
	if (!disk_begin(number, true, line->first + index, count, place_of(line, index)))
		return;
	line->under_way = GOING;
	line->going = mask_of(index, count);
	line->group = number;
}

/* While something is under way it leaves alone what may yet become a group. */
bool cache_settle(void)
{
	bool under_way = false;
	for (uint32_t i = 0; i < cache.num_lines; i++) {
		struct line *line = &cache.lines[i];
		if (line->under_way == GOING && disk_is_under_way(line->group))
			under_way = true;
		else if (line->under_way == GOING && !await(line))
			cache_clean();
	}
	if (under_way)
		return false;
	write_behind();
	for (uint32_t i = 0; i < cache.num_lines; i++)
		if (cache.lines[i].dirty != 0 &&
			cache.lines[i].under_way == NOT_UNDER_WAY)
			begin_run(&cache.lines[i]);
	return !is_dirty();
}

/*
 * When the newest of some lines was used; NEVER_GIVEN if one of them may not be given up for
 * one that is only expected, and that is asked for.
 */
static uint64_t newest_of(const struct line *line, uint32_t lines, bool expected)
{
	uint64_t newest = 0;
	for (; lines != 0; lines--, line++) {
		if (expected && (line->under_way != NOT_UNDER_WAY || line->dirty != 0 ||
					line->used == cache.now))
			return NEVER_GIVEN;
		newest = line->used > newest ? line->used : newest;
	}
	return newest;
}

/*
 * The oldest lines, so many; NULL if none may be given up. A group is never the first one: so
 * tables and directories stay, whatever else passes through.
 */
static struct line *oldest_place(uint32_t lines, bool expected)
{
	struct line *place = NULL;
	uint64_t oldest = NEVER_GIVEN;
	for (uint32_t i = lines > 1 ? lines : 0; i + lines <= cache.num_lines;
		i += lines) {
		uint64_t newest = newest_of(&cache.lines[i], lines, expected);
		if (newest < oldest) {
			oldest = newest;
			place = &cache.lines[i];
		}
	}
	return place;
}

static struct line *find(uint64_t first)
{
	for (uint32_t i = 0; i < cache.num_lines; i++)
		if (cache.lines[i].first == first)
			return &cache.lines[i];
	return NULL;
}

/* Where a line goes: behind the one before it, so that they are a group; or the oldest. */
static struct line *place_for(uint64_t first)
{
	struct line *before = find(first - cache.line_blocks);
	if (first == 0 || before == NULL)
		return oldest_place(1, false);
	uint32_t index = (uint32_t)(before - cache.lines) % cache.group_lines + 1u;
	if (index < cache.group_lines && before + 1 < cache.lines + cache.num_lines &&
		before[1].used < before[1 - (int32_t)index].used)
		return before + 1;
	return oldest_place(cache.group_lines, false);
}

/* The line of a block, with whatever is valid in it. NULL if there is none to be had. */
static struct line *obtain(uint64_t block)
{
	uint64_t first = block & ~(uint64_t)(cache.line_blocks - 1u);
	struct line *line = &cache.lines[cache.latest];
	cache.now++;
	if (line->first != first)
		line = find(first);
	if (line == NULL) {
		line = place_for(first);
		if (is_full(line))
			write_behind();
		if (!clean(line))
			return NULL;
		*line = (struct line){ .first = first };
	}
	line->used = cache.now;
	cache.latest = (uint32_t)(line - cache.lines);
	return line;
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

/* Begins to read up to so many lines. How many; 0 if there is no place, or the first is here. */
static uint32_t begin_reads(uint64_t first, uint32_t most)
{
	struct line *to = oldest_place(cache.group_lines, true);
	uint32_t lines = 0;
	if (to == NULL) {
		to = oldest_place(1, true);
		most = 1;
	}
	for (uint64_t block = first;
		to != NULL && lines < most && block < cache.blocks && find(block) == NULL;
		block += cache.line_blocks, lines++)
		to[lines] = (struct line){ .first = block, .used = cache.now };
	if (lines == 0 || begin(to, lines, COMING))
		return lines;
	for (uint32_t i = 0; i < lines; i++)
		to[i].first = NOWHERE;
	return 0;
}

/* A line has been read: begins those behind it, if it was awaited. Two groups, at most. */
static void read_ahead(uint64_t first)
{
	bool expected = first == cache.next;
	cache.next = first + cache.line_blocks;
	cache.run = expected ? cache.run + 1u : 0;
	if (!expected || cache.ahead < cache.next)
		cache.ahead = cache.next;
	if (cache.ahead - cache.next > (uint64_t)cache.group_lines * cache.line_blocks)
		return;
	uint32_t lines = begin_reads(cache.ahead, least(cache.run, cache.group_lines));
	cache.ahead += (uint64_t)lines * cache.line_blocks;
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
		bool missing = (line->valid & mask) != mask;
		if (line->under_way == COMING)
			(void)await(line);
		if ((line->valid & mask) == mask)
			server.counters->cache_hits += step;
		else if (!fill(line, index, step))
			return RES_ERROR;
		if (missing || line->first == cache.next)
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
		(void)await(line);
		memcpy(disk_data(place_of(line, index)), from, step * FF_MAX_SS);
		line->valid |= mask_of(index, step);
		line->dirty |= mask_of(index, step);
		if (index + step == blocks_of(line) && is_full(line))
			write_full(line);
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
