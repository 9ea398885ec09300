/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes or reads a file of 16 MiB in calls of 64 KiB, or deletes what was written, as a letter
 * on the console says, and prints how many bytes that was and how many ticks it took.
 */
#include <coroutine.h>
#include <devices/serial/client.h>
#include <microkit.h>
#include <services/fs/client.h>
#include <string.h>

#include "../block/work.h"

#define STACK_BYTES 0x4000u
#define CALL_BYTES 0x10000u
#define CALLS 256u

static struct fs_client files;
static struct coroutine worker;
static _Alignas(16) unsigned char stack[STACK_BYTES];

void fs_wait(void)
{
	coroutine_yield();
}

/* Without a copy: the data are in a slot's buffer before and after. */
static uint64_t transfer_all(enum fs_operation operation, uint32_t handle, uint32_t slot)
{
	uint64_t total = 0;
	size_t bytes = CALL_BYTES;

	for (uint32_t i = 0; i < CALLS && bytes == CALL_BYTES; i++) {
		struct fs_command command = { .operation = operation,
			.handle = handle,
			.offset = total,
			.bytes = CALL_BYTES };
		(void)fs_transfer(&files, slot, &command, &bytes);
		total += bytes;
	}
	return total;
}

static uint64_t write_all(uint32_t handle)
{
	uint32_t slot = fs_take(&files);
	uint64_t total;

	memset(fs_client_buffer(&files, slot), 'w', CALL_BYTES);
	total = transfer_all(FS_WRITE, handle, slot);
	fs_client_give(&files, slot);
	return fs_sync(&files, handle) == FS_OK ? total : 0;
}

static uint64_t read_all(uint32_t handle)
{
	uint32_t slot = fs_take(&files);
	uint64_t total = transfer_all(FS_READ, handle, slot);

	fs_client_give(&files, slot);
	return total;
}

static void work(void *unused)
{
	const uint32_t create = FS_FLAG_WRITE | FS_FLAG_CREATE | FS_FLAG_TRUNCATE;
	uint32_t handle = 0;
	uint64_t bytes;
	uint64_t ticks;
	uint8_t letter;

	(void)unused;
	serial_puts("ready\n");
	for (;;) {
		while (serial_read(&letter, 1) != 1)
			coroutine_yield();
		bytes = 0;
		ticks = block_work_ticks();
		if (letter == 'd')
			bytes = fs_remove(&files, "/written.bin", false) == FS_OK;
		else if (letter == 'w' &&
			 fs_open(&files, "/written.bin", create, &handle) == FS_OK)
			bytes = write_all(handle);
		else if (letter == 'r' &&
			 fs_open(&files, "/big.bin", FS_FLAG_READ, &handle) == FS_OK)
			bytes = read_all(handle);
		(void)fs_close(&files, handle);
		ticks = block_work_ticks() - ticks;
		serial_printf("done %lu %lu\n", bytes, ticks);
	}
}

void init(void)
{
	serial_init();
	if (!fs_client_start(&files, fs_config)) {
		serial_puts("the configuration is of another version\n");
		return;
	}
	coroutine_start(&worker, stack, sizeof(stack), work, NULL);
	coroutine_run(&worker);
}

void notified(microkit_channel ch)
{
	(void)ch;
	if (!worker.ended)
		coroutine_run(&worker);
}
