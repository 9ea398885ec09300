/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Single cases: turns, restarts, what may not be written, disks that are no good, time.
 *
 * usage: cases IMAGE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fat/server.h"
#include "rig.h"

#define A (&rig_clients[0])
#define B (&rig_clients[1])
#define GAP_BYTES 3000000u /* about 46 steps */
#define LONG_BYTES 0x100000u
#define LONG_CACHE_BYTES 0x40000u /* eight lines */
#define LONG_LINE_BYTES 0x8000u

static int failures;
static uint8_t data[4096];

static void report(const char *name, bool good)
{
	printf("%s - %s%s\n", good ? "ok" : "not ok", name,
		good ? "" : ": does not hold");
	failures += !good;
}

/* Passes until a slot is done, at most `most`. */
static uint32_t passes_until(struct fs_client *client, uint32_t slot, uint32_t most)
{
	struct fs_completion completion;
	uint32_t passes = 0;
	while (passes < most && !fs_client_done(client, slot, &completion)) {
		(void)server_pass();
		passes++;
	}
	return passes;
}

static void test_turns(void)
{
	struct fs_command grow = { .operation = FS_TRUNCATE, .offset = GAP_BYTES };
	struct fs_command read = { .operation = FS_READ, .bytes = 100 };
	uint32_t slow, quick, handles[2];
	size_t done;
	bool good = fs_open(A, "/slow", 7, &handles[0]) == FS_OK &&
		    fs_open(B, "/quick", 7, &handles[1]) == FS_OK &&
		    fs_write(B, handles[1], 0, data, 100, &done) == FS_OK;
	grow.handle = handles[0];
	read.handle = handles[1];
	good = good && fs_client_take(A, &slow) && fs_client_take(B, &quick) &&
	       fs_client_submit(A, slow, &grow);
	for (uint32_t i = 0; i < 5 && good; i++) {
		good = fs_client_submit(B, quick, &read) &&
		       passes_until(B, quick, 10) <= 2 &&
		       A->slots[slow].state == FS_SLOT_OUTSTANDING;
	}
	report("a long command of one client keeps no other waiting", good);
	report("and is done in steps", passes_until(A, slow, 1000) > 30);
	fs_client_give(A, slow);
	fs_client_give(B, quick);
	report("files are closed",
		fs_close(A, handles[0]) == FS_OK && fs_close(B, handles[1]) == FS_OK);
}

static void test_restarts(void)
{
	struct fs_command command = { .operation = FS_SPACE };
	struct fs_completion completion;
	uint32_t handle, slot;
	size_t done;
	bool good = fs_open(A, "/held", 7, &handle) == FS_OK &&
		    fs_open(B, "/held", 1, &slot) == FS_BUSY;
	rig_restart_client(0);
	good = good && rig_settle() && fs_open(B, "/held", 1, &handle) == FS_OK;
	report("a client that starts anew has closed its files", good);
	good = fs_client_take(B, &slot) && fs_client_submit(B, slot, &command);
	rig_restart_server();
	good = good && rig_settle() && fs_client_done(B, slot, &completion) &&
	       completion.status == FS_LOST;
	fs_client_give(B, slot);
	report("what was outstanding when the server started anew is lost", good);
	report("handles are no more",
		fs_read(B, handle, 0, data, 10, &done) == FS_BAD_HANDLE &&
			fs_close(B, handle) == FS_BAD_HANDLE);
	report("new ones are had",
		fs_open(B, "/held", 1, &handle) == FS_OK && fs_close(B, handle) == FS_OK);
}

/* Writes a file from a slot's buffer and reads it into another's: nobody copies. */
static void test_in_place(void)
{
	struct fs_command command = { .operation = FS_WRITE, .bytes = 1000 };
	uint32_t from = fs_take(A), to = fs_take(A);
	uint8_t *written = fs_client_buffer(A, from), *read = fs_client_buffer(A, to);
	size_t done;
	bool good = fs_open(A, "/place", 7, &command.handle) == FS_OK;
	for (uint32_t i = 0; i < command.bytes; i++)
		written[i] = (uint8_t)(i * 7u);
	memset(read, 0, command.bytes);
	good = good && fs_transfer(A, from, &command, &done) == FS_OK && done == 1000;
	command = (struct fs_command){ .operation = FS_READ,
		.handle = command.handle,
		.offset = 10,
		.bytes = 1000 };
	good = good && fs_transfer(A, to, &command, &done) == FS_OK && done == 990 &&
	       memcmp(read, written + 10, 990) == 0 && read[990] == 0;
	report("a file is written and read in place",
		good && fs_close(A, command.handle) == FS_OK);
	fs_client_give(A, from);
	fs_client_give(A, to);
}

static void test_read_only(void)
{
	struct fs_completion info;
	uint32_t handle;
	bool good;
	rig_set_read_only(1, true);
	good = fs_open(B, "/held", 3, &handle) == FS_READ_ONLY &&
	       fs_make_directory(B, "/new") == FS_READ_ONLY &&
	       fs_remove(B, "/held", false) == FS_READ_ONLY &&
	       fs_rename(B, "/held", "/other") == FS_READ_ONLY &&
	       fs_status(B, "/held", &info) == FS_OK &&
	       fs_open(B, "/held", 1, &handle) == FS_OK && fs_close(B, handle) == FS_OK;
	rig_set_read_only(1, false);
	report("a client that may only read changes nothing", good);
}

/* Every operation says the same. */
static bool all_say(enum fs_status status)
{
	struct fs_completion info;
	uint32_t handle;
	return fs_open(A, "/held", 1, &handle) == status &&
	       fs_open(A, "/new", 7, &handle) == status &&
	       fs_status(A, "/", &info) == status &&
	       fs_status(A, "/held", &info) == status && fs_space(A, &info) == status &&
	       fs_make_directory(A, "/new") == status &&
	       fs_remove(A, "/held", false) == status &&
	       fs_rename(A, "/held", "/other") == status &&
	       fs_open_directory(A, "/", &handle) == status;
}

static void test_bad_disks(uint8_t *image, uint64_t size)
{
	uint8_t *empty = calloc(1, size);
	struct fs_completion info;
	uint32_t handle;
	size_t done;
	rig_start(image, size);
	rig_disk.absent = true;
	report("no disk", all_say(FS_NO_DEVICE));
	rig_disk.absent = false;
	report("a disk that comes later", fs_status(A, "/held", &info) == FS_OK);
	rig_start(empty, size);
	report("no file system", all_say(FS_NO_VOLUME));
	rig_start(image, size);
	rig_disk.fails = 1000;
	report("a disk that fails", all_say(FS_FAILED));
	rig_start(image, size);
	report("a file is written",
		fs_open(A, "/failing", 7, &handle) == FS_OK &&
			fs_write(A, handle, 0, data, 4096, &done) == FS_OK);
	rig_disk.fails = 1000;
	report("a disk that fails later: closing says so",
		fs_close(A, handle) == FS_FAILED);
	rig_disk.fails = 0;
	report("and the file is open to nobody",
		fs_open(A, "/failing", 3, &handle) != FS_BUSY);
	free(empty);
}

static void test_time(void)
{
	bool good = true;
	for (uint64_t day = 3652; day < 3652 + 46751; day++) {
		uint32_t word;
		rig_time = day * 86400 + day % 43200 * 2;
		word = get_fattime();
		good = good && clock_of_fat(word >> 16, word & 0xffff) == rig_time;
	}
	report("each day from 1980 to 2107 comes back", good);
	rig_time = 0;
	report("an unknown time is 1 January 1980", get_fattime() == 0x00210000);
	rig_time = 951782400; /* 29 February 2000 */
	report("a leap day", get_fattime() == (20u << 25 | 2u << 21 | 29u << 16));
}

/* Reads a file in pieces from one end to the other; false if it is not `word` all over. */
static bool read_pieces(uint32_t handle, bool backwards)
{
	bool good = true;
	for (uint64_t at = 0; at < LONG_BYTES && good; at += sizeof(data)) {
		size_t done = 0;
		good = fs_read(A, handle, backwards ? LONG_BYTES - sizeof(data) - at : at,
			       data, sizeof(data), &done) == FS_OK &&
		       done == sizeof(data) && data[0] == 'l' &&
		       data[sizeof(data) - 1] == 'l';
	}
	return good;
}

/* With a cache in which nothing is yet; how many reads were begun ahead. */
static uint64_t begun_reading(bool backwards, bool *good)
{
	uint64_t before = rig_disk.begun;
	uint32_t handle;
	rig_restart_server();
	rig_restart_client(0);
	*good = *good && fs_open(A, "/long", FS_FLAG_READ, &handle) == FS_OK &&
		read_pieces(handle, backwards) && fs_close(A, handle) == FS_OK;
	return rig_disk.begun - before;
}

/* Writes where lines are under way, and reads where they fail; the rest is as it was. */
static bool meddle(void)
{
	static uint8_t piece[sizeof(data)];
	uint32_t handle;
	size_t done;
	bool good = true;
	rig_restart_server();
	rig_restart_client(0);
	good = fs_open(A, "/long", 3, &handle) == FS_OK;
	for (uint64_t line = 0; line < LONG_BYTES / LONG_LINE_BYTES && good; line++) {
		uint64_t at = line * LONG_LINE_BYTES;
		bool write = line % 4 == 3;
		rig_disk.begun_fail = line % 8 > 4;
		memset(piece, 'w', sizeof(piece));
		good = write ? fs_write(A, handle, at, piece, sizeof(piece), &done) ==
				       FS_OK
			     : fs_read(A, handle, at, piece, sizeof(piece), &done) ==
					       FS_OK &&
				       piece[0] == 'l';
		good = good &&
		       fs_read(A, handle, at + sizeof(piece), piece, sizeof(piece),
			       &done) == FS_OK &&
		       piece[0] == 'l';
		good = good &&
		       fs_read(A, handle, at, piece, sizeof(piece), &done) == FS_OK &&
		       piece[0] == (write ? 'w' : 'l');
	}
	rig_disk.begun_fail = false;
	return good && fs_close(A, handle) == FS_OK;
}

static bool write_long(uint32_t handle, uint8_t letter)
{
	bool good = true;
	memset(data, letter, sizeof(data));
	for (uint64_t at = 0; at < LONG_BYTES && good; at += sizeof(data)) {
		size_t done;
		good = fs_write(A, handle, at, data, sizeof(data), &done) == FS_OK;
	}
	return good;
}

static void test_reading_ahead(void)
{
	uint32_t handle;
	bool good = fs_open(A, "/long", 7, &handle) == FS_OK && write_long(handle, 'l');
	good = good && fs_close(A, handle) == FS_OK && rig_settle();
	rig_disk.cache_bytes = LONG_CACHE_BYTES;
	uint64_t reads = rig_disk.reads;
	report("who reads on finds it read ahead",
		begun_reading(false, &good) > LONG_BYTES / LONG_LINE_BYTES / 4 && good);
	report("and nothing is read twice, some of it together",
		rig_disk.reads - reads < LONG_BYTES / LONG_LINE_BYTES);
	report("who reads backwards does not",
		begun_reading(true, &good) < LONG_BYTES / LONG_LINE_BYTES / 4 && good);
	report("what is written there, or cannot be read ahead, is right", meddle());
}

/* Whoever writes line after line does not wait for the disk; it has it all in the end. */
static bool written_behind(uint8_t letter)
{
	uint32_t handle;
	bool good = fs_open(A, "/long", FS_FLAG_READ | FS_FLAG_WRITE, &handle) == FS_OK &&
		    write_long(handle, letter) && fs_close(A, handle) == FS_OK;
	rig_restart_server();
	rig_restart_client(0);
	good = good && fs_open(A, "/long", FS_FLAG_READ, &handle) == FS_OK;
	for (uint64_t at = 0; at < LONG_BYTES && good; at += sizeof(data)) {
		size_t done = 0;
		good = fs_read(A, handle, at, data, sizeof(data), &done) == FS_OK;
		for (size_t i = 0; i < sizeof(data) && good; i++)
			good = data[i] == letter;
	}
	return good && fs_close(A, handle) == FS_OK;
}

static void test_writing_behind(void)
{
	uint64_t before = rig_disk.begun_writes, writes = rig_disk.writes;
	bool good = written_behind('b');
	report("who writes on does not wait for the disk",
		good && rig_disk.begun_writes - before >
				LONG_BYTES / LONG_LINE_BYTES / 4);
	report("several lines are one request",
		rig_disk.writes - writes < LONG_BYTES / LONG_LINE_BYTES);
	rig_disk.begun_fail = true;
	report("what cannot be written behind is written again", written_behind('f'));
	rig_disk.begun_fail = false;
	rig_disk.fails = 1000;
	good = !written_behind('x');
	rig_disk.fails = 0;
	report("what cannot be written at all is told", good);
}

/* Who looks for what is not there has not failed. */
static void test_missing(void)
{
	struct fs_completion completion;
	uint64_t missing = rig_counters.clients[0].missing;
	uint64_t failed = rig_counters.clients[0].failed;
	bool good = fs_status(A, "/nobody", &completion) == FS_NOT_FOUND;
	report("what is not there is counted apart",
		good && rig_counters.clients[0].missing == missing + 1u &&
			rig_counters.clients[0].failed == failed);
	good = fs_status(A, "", &completion) != FS_OK;
	report("what fails is counted",
		good && rig_counters.clients[0].missing == missing + 1u &&
			rig_counters.clients[0].failed == failed + 1u);
}

int main(int argc, char **argv)
{
	uint64_t size;
	uint8_t *image;
	if (argc != 2)
		return 2;
	rig_seed(1);
	image = rig_load(argv[1], &size);
	rig_start(image, size);
	test_turns();
	test_restarts();
	test_in_place();
	test_read_only();
	test_time();
	test_missing();
	test_reading_ahead();
	test_writing_behind();
	test_bad_disks(image, size);
	return failures != 0;
}
