/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fat/server.h"
#include "rig.h"

#include <diskio.h> /* needs <ff.h> */

#define PASSES_MAX 10000000u /* more is a server that hangs */

struct rig_disk rig_disk;
struct fs_client rig_clients[RIG_CLIENTS];
struct fs_server_counters rig_counters;
uint64_t rig_time;
const bool rig_is_fat = RIG_IS_FAT;

_Thread_local bool microkit_have_signal;

static struct fs_client_config configs[RIG_CLIENTS];
static struct fs_server_config server_config;
static uint64_t state;
static uint8_t cache_data[RIG_CACHE_BYTES_MAX];
static uint32_t passes; /* since somebody last got something */

/* ---- What the server and the library call ---- */

void microkit_notify(microkit_channel ch)
{
	(void)ch;
}

void microkit_deferred_notify(microkit_channel ch)
{
	(void)ch;
}

uint64_t fs_time(void)
{
	return rig_time;
}

void fs_wait(void)
{
	(void)server_pass();
	(void)server_round();
	if (++passes > PASSES_MAX) {
		printf("not ok - the server hangs\n");
		exit(1);
	}
}

bool rig_settle(void)
{
	passes = 0;
	for (uint32_t i = 0; i < PASSES_MAX; i++)
		if (!server_pass() && !server_round() && cache_settle())
			return true;
	return false;
}

/* ---- The disk ---- */

static bool fails(void)
{
	return rig_disk.fails != 0 && rig_below(1000) < rig_disk.fails;
}

DSTATUS disk_initialize(BYTE drive)
{
	cache_start(rig_disk.blocks, rig_disk.cache_bytes);
	return disk_status(drive);
}

DSTATUS disk_status(BYTE drive)
{
	(void)drive;
	if (rig_disk.absent)
		return STA_NOINIT | STA_NODISK;
	return rig_disk.read_only ? STA_PROTECT : 0;
}

uint8_t *disk_data(uint64_t where)
{
	return cache_data + where;
}

/* Block by block; false once power has failed. */
static bool write_until_cut(uint8_t *disk, const uint8_t *from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (rig_disk.blocks_written >= rig_disk.cut)
			return false;
		bool half = ++rig_disk.blocks_written == rig_disk.cut && rig_disk.torn;
		memcpy(disk + i * 512, from + i * 512, half ? 256 : 512);
	}
	return rig_disk.blocks_written < rig_disk.cut;
}

enum fs_status disk_transfer(bool write, uint64_t block, uint32_t count, uint64_t where)
{
	uint8_t *disk = rig_disk.bytes + block * 512;
	if (write)
		rig_disk.writes++;
	else
		rig_disk.reads++;
	passes = 0;
	if (block + count > rig_disk.blocks || count == 0 ||
		where + count * 512ull > rig_disk.cache_bytes) {
		printf("not ok - no such blocks or no such place\n");
		exit(1);
	}
	if (fails())
		return FS_FAILED;
	if (write && rig_disk.cut == 0)
		rig_disk.blocks_written += count;
	if (rig_disk.cut != 0 &&
		!write_until_cut(disk, cache_data + where, write ? count : 0))
		return FS_FAILED;
	if (write && rig_disk.cut == 0)
		memcpy(disk, cache_data + where, (size_t)count * 512);
	else if (!write)
		memcpy(cache_data + where, disk, (size_t)count * 512);
	return FS_OK;
}

/* Requests that were begun: each takes effect at any time up to its end. */
static struct {
	bool begun;
	bool done;
	bool write;
	uint64_t block, where;
	uint32_t count;
	enum fs_status status;
	uint8_t *kept; /* of a write: what was to be written */
} begun[DISK_BEGUN_MAX];

static void do_begun(uint32_t number)
{
	uint64_t where = begun[number].where;
	size_t bytes = (size_t)begun[number].count * 512;
	begun[number].status = FS_FAILED;
	begun[number].done = true;
	if (begun[number].write &&
		memcmp(begun[number].kept, cache_data + where, bytes) != 0) {
		printf("not ok - changed while it was written\n");
		exit(1);
	}
	if (!rig_disk.begun_fail)
		begun[number].status = disk_transfer(begun[number].write,
			begun[number].block, begun[number].count, where);
}

bool disk_begin(
	uint32_t number, bool write, uint64_t block, uint32_t count, uint64_t where)
{
	size_t bytes = (size_t)count * 512;
	if (number >= DISK_BEGUN_MAX || begun[number].begun || count > DISK_COUNT_MAX ||
		where + bytes > rig_disk.cache_bytes) {
		printf("not ok - a number of a request that is under way, or none\n");
		exit(1);
	}
	if (rig_below(16) == 0)
		return false;
	begun[number].begun = true;
	begun[number].done = false;
	begun[number].write = write;
	begun[number].block = block;
	begun[number].count = count;
	begun[number].where = where;
	*(write ? &rig_disk.begun_writes : &rig_disk.begun) += 1;
	if (write) {
		begun[number].kept = malloc(bytes);
		memcpy(begun[number].kept, cache_data + where, bytes);
	}
	if (rig_below(2) == 0)
		do_begun(number);
	else if (!write) /* whoever looks at it too early sees that */
		memset(cache_data + where, 0xee, bytes);
	return true;
}

bool disk_is_under_way(uint32_t number)
{
	if (!begun[number].done && rig_below(4) == 0)
		do_begun(number);
	return !begun[number].done;
}

enum fs_status disk_end(uint32_t number)
{
	if (number >= DISK_BEGUN_MAX || !begun[number].begun) {
		printf("not ok - the end of a request that was not begun\n");
		exit(1);
	}
	begun[number].begun = false;
	if (!begun[number].done)
		do_begun(number);
	free(begun[number].kept);
	begun[number].kept = NULL;
	return begun[number].status;
}

/* The disk is another one: what was under way has failed. */
static void lose_begun(void)
{
	for (uint32_t i = 0; i < DISK_BEGUN_MAX; i++) {
		begun[i].done = true;
		begun[i].status = FS_FAILED;
	}
}

enum fs_status disk_flush(void)
{
	rig_disk.flushes++;
	if (rig_disk.cut != 0 && rig_disk.blocks_written >= rig_disk.cut)
		return FS_FAILED;
	return fails() ? FS_FAILED : FS_OK;
}

/* ---- Starting ---- */

static uint64_t memory(size_t bytes)
{
	void *at = aligned_alloc(64, (bytes + 63) / 64 * 64);
	memset(at, 0xa5, bytes);
	return (uint64_t)(uintptr_t)at;
}

static void configure(uint32_t i)
{
	struct fs_server_client *theirs = &server_config.clients[i];
	configs[i] = (struct fs_client_config){ .magic = FS_CLIENT_MAGIC,
		.data_bytes = FS_DATA_BYTES };
	configs[i].data_vaddr = memory(FS_DATA_BYTES);
	configs[i].server = (struct fs_link_config){ .capacity = RIG_CAPACITY,
		.channel = i,
		.commands = memory(sizeof(struct fs_command_ring) +
				   RIG_CAPACITY * sizeof(struct fs_command)),
		.completions = memory(sizeof(struct fs_completion_ring) +
				      RIG_CAPACITY * sizeof(struct fs_completion)) };
	*theirs = (struct fs_server_client){ .link = configs[i].server,
		.data_vaddr = configs[i].data_vaddr,
		.data_bytes = FS_DATA_BYTES,
		.handles = RIG_HANDLES };
}

void rig_restart_client(uint32_t i)
{
	if (!fs_client_start(&rig_clients[i], &configs[i]))
		abort();
}

void rig_restart_server(void)
{
	cache_start(0, 0); /* it is in the server's memory */
	if (!server_start(&server_config))
		abort();
}

void rig_set_read_only(uint32_t i, bool read_only)
{
	server_config.clients[i].read_only = read_only;
}

void rig_start(uint8_t *bytes, uint64_t size)
{
	lose_begun();
	rig_disk = (struct rig_disk){ .bytes = bytes,
		.blocks = size / 512,
		.cache_bytes = 0x1000u << rig_below(8) };
	memset(&rig_counters, 0, sizeof(rig_counters));
	if (server_config.magic == 0) {
		server_config = (struct fs_server_config){ .magic = FS_SERVER_MAGIC,
			.num_clients = RIG_CLIENTS,
			.counters = (uint64_t)(uintptr_t)&rig_counters };
		for (uint32_t i = 0; i < RIG_CLIENTS; i++)
			configure(i);
	}
	for (uint32_t i = 0; i < RIG_CLIENTS; i++)
		server_config.clients[i].read_only = 0;
	rig_restart_server();
	for (uint32_t i = 0; i < RIG_CLIENTS; i++)
		rig_restart_client(i);
	(void)rig_settle();
}

/* ---- Numbers and files ---- */

void rig_seed(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15ull + 1;
}

uint32_t rig_random(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 32);
}

uint32_t rig_below(uint32_t n)
{
	return (uint32_t)((uint64_t)rig_random() * n >> 32);
}

uint8_t *rig_load(const char *path, uint64_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
		*size = (uint64_t)ftell(file);
		rewind(file);
		bytes = malloc(*size);
		if (fread(bytes, 1, *size, file) != *size)
			bytes = NULL;
	}
	if (bytes == NULL) {
		printf("not ok - cannot read %s\n", path);
		exit(1);
	}
	fclose(file);
	return bytes;
}

void rig_save(const char *path, const uint8_t *bytes, uint64_t size)
{
	FILE *file = fopen(path, "wb");
	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
		printf("not ok - cannot write %s\n", path);
		exit(1);
	}
}
