/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FatFs's disk: a client of the block class. One request is under way at a time, and the
 * worker waits for it.
 */
#include <devices/block/client.h>
#include <string.h>

#include "server.h"

#include <diskio.h> /* needs <ff.h> */

static struct {
	struct block_client client;
	enum block_status last; /* what the latest request came to */
} disk;

bool disk_start(void)
{
	return block_client_start(&disk.client, block_config);
}

bool disk_round(void)
{
	return block_client_round(&disk.client);
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
		}
	return found;
}

static void wait_for_disk(void)
{
	(void)answered(BLOCK_CAPACITY_MAX);
	while (!disk.client.ready) {
		program_wait();
		(void)answered(BLOCK_CAPACITY_MAX);
	}
}

static enum block_status transfer(enum block_operation operation, LBA_t block, UINT count)
{
	const struct block_request request = {
		.operation = operation, .block = block, .count = count
	};
	disk.last = BLOCK_LOST;
	for (uint32_t i = 0; i < BLOCK_TRIES && disk.last == BLOCK_LOST; i++) {
		wait_for_disk();
		while (!block_client_request(&disk.client, &request))
			program_wait();
		while (!answered(request.id))
			program_wait();
		server.counters->disk_retries += disk.last == BLOCK_LOST;
	}
	return disk.last;
}

static DRESULT result_of(enum block_status status)
{
	if (status == BLOCK_OK)
		return RES_OK;
	return status == BLOCK_READ_ONLY ? RES_WRPRT : RES_ERROR;
}

/* How many blocks go through the data region at once. */
static UINT step_blocks(UINT count)
{
	uint64_t most = disk.client.config->data_bytes / BLOCK_BYTES;
	if (most > BLOCK_COUNT_MAX)
		most = BLOCK_COUNT_MAX;
	return count < most ? count : (UINT)most;
}

enum fs_status disk_flush(void)
{
	server.counters->flushes++;
	return transfer(BLOCK_FLUSH, 0, 0) == BLOCK_OK ? FS_OK : FS_FAILED;
}

/* ---- What FatFs calls ---- */

DSTATUS disk_initialize(BYTE drive)
{
	(void)drive;
	wait_for_disk();
	return disk_status(drive);
}

DSTATUS disk_status(BYTE drive)
{
	(void)drive;
	if (disk.client.status != BLOCK_OK)
		return STA_NOINIT | STA_NODISK;
	return disk.client.read_only ? STA_PROTECT : 0;
}

DRESULT disk_read(BYTE drive, BYTE *to, LBA_t block, UINT count)
{
	DRESULT result = RES_OK;
	(void)drive;
	while (count != 0 && result == RES_OK) {
		UINT step = step_blocks(count);
		result = result_of(transfer(BLOCK_READ, block, step));
		memcpy(to, block_client_data(&disk.client, 0), step * BLOCK_BYTES);
		server.counters->blocks_read += step;
		to += step * BLOCK_BYTES;
		block += step;
		count -= step;
	}
	return result;
}

DRESULT disk_write(BYTE drive, const BYTE *from, LBA_t block, UINT count)
{
	DRESULT result = RES_OK;
	(void)drive;
	while (count != 0 && result == RES_OK) {
		UINT step = step_blocks(count);
		memcpy(block_client_data(&disk.client, 0), from, step * BLOCK_BYTES);
		result = result_of(transfer(BLOCK_WRITE, block, step));
		server.counters->blocks_written += step;
		from += step * BLOCK_BYTES;
		block += step;
		count -= step;
	}
	return result;
}

/* FatFs asks for a flush at each close; SYNC alone is a promise (disk_flush). */
DRESULT disk_ioctl(BYTE drive, BYTE command, void *data)
{
	(void)drive;
	(void)data;
	return command == CTRL_SYNC ? RES_OK : RES_PARERR;
}
