/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The disk: a client of the block class. The worker waits for one request at a time; beside
 * it, others may be under way that it has begun and will wait for later.
 */
#include <devices/block/client.h>
#include <string.h>

#include "server.h"

#include <diskio.h> /* needs <ff.h> */

static struct {
	struct block_client client;
	enum block_status last; /* what the latest request came to */
	uint32_t
		begun; /* requests without an answer: a bit each, of id FIRST_BEGUN + bit */
	uint32_t writes; /* of these and earlier ones, those that write */
	enum block_status came[DISK_BEGUN_MAX]; /* to what the others did */
	bool waits;                             /* the worker does, for the disk */
} disk;

#define FIRST_BEGUN 1u /* ids: 0 is that of the request which the worker waits for */
_Static_assert(DISK_BEGUN_MAX <= 32 && FIRST_BEGUN + DISK_BEGUN_MAX <= BLOCK_CAPACITY_MAX,
	"each has a bit and an id");
_Static_assert(DISK_COUNT_MAX == BLOCK_COUNT_MAX, "what a request may have at most");

bool disk_start(void)
{
	disk.begun = 0;
	return block_client_start(&disk.client, block_config);
}

/* What is read ahead is looked for when it is needed, and not before. */
bool disk_round(void)
{
	disk.client.in_no_hurry = !disk.waits && (disk.begun & disk.writes) == 0;
	return block_client_round(&disk.client);
}

static void wait(void)
{
	disk.waits = true;
	program_wait();
	disk.waits = false;
}

/* Takes what has come; whether the request with this id was answered. */
static bool answered(uint32_t id)
{
	struct block_response response;
	bool found = false;
	while (block_client_response(&disk.client, &response))
		if (response.id == id) {
			disk.last = response.status;
			found = true;
		} else if (response.id - FIRST_BEGUN < DISK_BEGUN_MAX) {
			disk.begun &= ~(1u << (response.id - FIRST_BEGUN));
			disk.came[response.id - FIRST_BEGUN] = response.status;
		}
	return found;
}

static void wait_for_disk(void)
{
	(void)answered(BLOCK_CAPACITY_MAX);
	while (!disk.client.ready) {
		wait();
		(void)answered(BLOCK_CAPACITY_MAX);
	}
}

static enum block_status transfer(const struct block_request *request)
{
	disk.last = BLOCK_LOST;
	for (uint32_t i = 0; i < BLOCK_TRIES && disk.last == BLOCK_LOST; i++) {
		wait_for_disk();
		while (!block_client_request(&disk.client, request)) {
			wait();
			wait_for_disk(); /* it may have started anew: looks at it */
		}
		while (!answered(request->id))
			wait();
		server.counters->disk_retries += disk.last == BLOCK_LOST;
	}
	return disk.last;
}

static enum fs_status status_of(enum block_status status)
{
	if (status == BLOCK_OK)
		return FS_OK;
	return status == BLOCK_NO_DEVICE ? FS_NO_DEVICE : FS_FAILED;
}

static void count_blocks(bool write, uint32_t count)
{
	*(write ? &server.counters->blocks_written
		: &server.counters->blocks_read) += count;
}

static struct block_request request_of(
	bool write, uint64_t block, uint32_t count, uint64_t where)
{
	return (struct block_request){ .operation = write ? BLOCK_WRITE : BLOCK_READ,
		.block = block,
		.where = where,
		.count = count };
}

enum fs_status disk_transfer(bool write, uint64_t block, uint32_t count, uint64_t where)
{
	const struct block_request request = request_of(write, block, count, where);
	count_blocks(write, count);
	return status_of(transfer(&request));
}

uint8_t *disk_data(uint64_t where)
{
	return block_client_data(&disk.client, where);
}

bool disk_begin(
	uint32_t number, bool write, uint64_t block, uint32_t count, uint64_t where)
{
	struct block_request request = request_of(write, block, count, where);
	request.id = FIRST_BEGUN + number;
	(void)answered(BLOCK_CAPACITY_MAX);
	if (!disk.client.ready || !block_client_request(&disk.client, &request))
		return false;
	disk.begun |= 1u << number;
	disk.writes = (disk.writes & ~(1u << number)) | (uint32_t)write << number;
	count_blocks(write, count);
	return true;
}

bool disk_is_under_way(uint32_t number)
{
	(void)answered(BLOCK_CAPACITY_MAX);
	return (disk.begun & 1u << number) != 0;
}

enum fs_status disk_end(uint32_t number)
{
	while (disk_is_under_way(number))
		wait();
	return status_of(disk.came[number]);
}

enum fs_status disk_flush(void)
{
	const struct block_request request = { .operation = BLOCK_FLUSH };
	server.counters->flushes++;
	return status_of(transfer(&request));
}

/* ---- What FatFs calls; the rest is in cache.c ---- */

DSTATUS disk_status(BYTE drive)
{
	(void)drive;
	if (disk.client.status != BLOCK_OK)
		return STA_NOINIT | STA_NODISK;
	return disk.client.read_only ? STA_PROTECT : 0;
}

/* At each attempt to mount. */
DSTATUS disk_initialize(BYTE drive)
{
	wait_for_disk();
	cache_start(disk.client.blocks, disk.client.config->data_bytes);
	return disk_status(drive);
}
