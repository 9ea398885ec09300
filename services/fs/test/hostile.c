/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client that writes whatever it likes into slots, indices and data, beside one that keeps the
 * rules. Nothing may crash, hang, or leave the memory that is the server's and the
 * clients' (sanitisers watch), and the good client's file must keep its bytes.
 *
 * usage: hostile IMAGE OUT COUNT   with TEST_SEED in the environment
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define GOOD 0u
#define BAD 1u
#define FILE_BYTES 100000u
#define LAST_HANDLES 16u

static uint32_t handles[LAST_HANDLES]; /* that the bad one was given */
static uint8_t bytes[FILE_BYTES], again[FILE_BYTES];

static void fail(const char *why)
{
	printf("not ok - %s\n", why);
	exit(1);
}

static uint64_t odd_number(uint64_t usual)
{
	static const uint64_t odd[] = { 0, 1, 255, 4096, 0xffff, 0x3ffff, 0x40000,
		0x40001, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
		0x7fffffffffffffff, 0xffffffffffff0000, 0xffffffffffffffff };
	uint32_t kind = rig_below(8);
	if (kind == 0)
		return odd[rig_below(sizeof(odd) / sizeof(odd[0]))];
	if (kind == 1)
		return (uint64_t)rig_random() << 32 | rig_random();
	return rig_below(
		rig_below(4) == 0 ? (uint32_t)usual * 8u + 1u : (uint32_t)usual + 1u);
}

/* Names, bad ones among them, and what is not UTF-8. */
static uint32_t fill_path(uint8_t *to)
{
	static const char *const parts[] = { "/", "a", "/b", "/dir", "/a.txt", ".", "..",
		"\\", "0:", "*", "\xff", "\xc3", "\xc3\xa4", " ", "/kept", "\x01",
		"/0123456789012345678901234567890123456789", "~1" };
	uint32_t length = 0;
	to[length++] = rig_below(20) == 0 ? (uint8_t)rig_random() : '/';
	for (uint32_t i = rig_below(4); i != 0; i--) {
		const char *part = parts[rig_below(sizeof(parts) / sizeof(parts[0]))];
		memcpy(to + length, part, strlen(part));
		length += (uint32_t)strlen(part);
	}
	return rig_below(10) == 0 ? length + rig_below(3) : length;
}

static void fill_command(struct fs_client *client, struct fs_command *command)
{
	uint8_t *data = (uint8_t *)(uintptr_t)client->config->data_vaddr;
	*command = (struct fs_command){ .id = rig_random(),
		.operation = rig_below(FS_OPERATIONS + 1u),
		.handle = handles[rig_below(LAST_HANDLES)],
		.flags = rig_below(128),
		.offset = odd_number(20000),
		.where = odd_number(1000),
		.bytes = (uint32_t)odd_number(5000),
		.path_to_bytes = (uint32_t)odd_number(20),
		.path_to = odd_number(1000) };
	if (rig_below(4) == 0)
		command->flags = FS_FLAG_READ | FS_FLAG_WRITE | FS_FLAG_CREATE;
	if (rig_below(4) != 0) {
		command->where = rig_below(500);
		command->bytes = fill_path(data + command->where);
		command->path_to = 600;
		command->path_to_bytes = fill_path(data + command->path_to);
	}
	if (rig_below(10) == 0)
		for (uint32_t i = 0; i < sizeof(*command) / 4; i++)
			((uint32_t *)command)[i] = rig_random();
}

/* One thing that a client could do to shared memory. */
static void meddle(struct fs_client *client)
{
	struct fs_link *link = &client->link;
	struct fs_command command;
	uint32_t kind = rig_below(100);
	fill_command(client, &command);
	if (kind == 0) {
		link->commands.own->word = (uint64_t)rig_random() << 32 | rig_random();
	} else if (kind == 1) {
		link->completions.own->word += rig_below(20);
	} else if (kind == 2) {
		link->commands.own->word += rig_below(20);
	} else if (kind == 3 || link->commands.session == QUEUE_CUT) {
		rig_restart_client(BAD);
	} else if (kind == 4) {
		link->commands.own->wake = rig_random();
	} else if (queue_refresh(&link->commands) != 0) {
		fs_put_command(link, &command);
	} else if (kind < 10) {
		rig_restart_client(BAD); /* cut off */
	}
	while (queue_refresh(&link->completions) != 0) {
		struct fs_completion completion = fs_take_completion(link);
		if (completion.status >= FS_STATUSES)
			fail("a status that there is not");
		if (completion.status == FS_OK && completion.handle != 0)
			handles[rig_below(LAST_HANDLES)] = completion.handle;
	}
}

/* The good one's file has its bytes, while it is open for nobody else to write. */
static void check_kept(uint32_t handle)
{
	size_t got;
	if (fs_read(&rig_clients[GOOD], handle, 0, again, FILE_BYTES, &got) != FS_OK ||
		got != FILE_BYTES || memcmp(bytes, again, FILE_BYTES) != 0)
		fail("another client's open file keeps its bytes");
}

int main(int argc, char **argv)
{
	const char *seed = getenv("TEST_SEED");
	uint64_t size, count;
	uint32_t handle;
	size_t done;
	uint8_t *image;
	if (argc != 4)
		return 2;
	rig_seed(seed != NULL ? strtoull(seed, NULL, 10) : 1);
	count = strtoull(argv[3], NULL, 10);
	image = rig_load(argv[1], &size);
	rig_start(image, size);
	for (uint32_t i = 0; i < FILE_BYTES; i++)
		bytes[i] = (uint8_t)rig_random();
	if (fs_open(&rig_clients[GOOD], "/kept", 7, &handle) != FS_OK ||
		fs_write(&rig_clients[GOOD], handle, 0, bytes, FILE_BYTES, &done) !=
			FS_OK)
		fail("the good client writes");
	for (uint64_t i = 0; i < count; i++) {
		meddle(&rig_clients[BAD]);
		if (rig_below(4) == 0 && !rig_settle())
			fail("the server hangs");
		if (i % 500 == 0)
			check_kept(handle);
	}
	check_kept(handle);
	if (fs_close(&rig_clients[GOOD], handle) != FS_OK)
		fail("the good client closes");
	rig_restart_client(BAD);
	if (!rig_settle())
		fail("the server hangs");
	rig_save(argv[2], image, size);
	printf("%" PRIu64 " hostile acts: %" PRIu64 " commands, %" PRIu64
	       " of them failed, cut "
	       "off %" PRIu64 " times\n",
		count, rig_counters.clients[BAD].commands,
		rig_counters.clients[BAD].failed, rig_counters.clients[BAD].faults);
	return 0;
}
