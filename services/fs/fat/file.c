/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps on open files.
 *
 * FatFs moves the position beyond the end of a file by giving it clusters with whatever is
 * on them. So it is never asked to: a gap is written with zeros first (grow).
 */
#include <string.h>

#include "server.h"

#define FILE_BYTES_MAX 0xffffffffull /* FAT has 32 bits for a size */
#define ZEROS_BYTES 4096u

static const uint8_t zeros[ZEROS_BYTES];

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint8_t *data_of(const struct client *client, uint64_t where)
{
	return (uint8_t *)(uintptr_t)client->config->data_vaddr + where;
}

static struct fs_server_counters *counters(void)
{
	return server.counters;
}

void file_mark(struct handle *handle, bool dirty)
{
	server.num_dirty += dirty;
	server.num_dirty -= handle->dirty;
	handle->dirty = dirty;
	if (dirty)
		handle->modified = fs_time();
}

static FRESULT seek(FIL *file, uint64_t offset)
{
	return f_tell(file) == offset ? FR_OK : f_lseek(file, (FSIZE_t)offset);
}

bool file_read(
	struct client *client, struct handle *handle, struct fs_completion *completion)
{
	const struct fs_command *command = &client->command;
	uint64_t size = f_size(&handle->file);
	uint64_t offset = command->offset + client->done;
	uint64_t wanted = least(command->bytes - client->done, FS_STEP_BYTES);
	UINT got = 0;
	if ((handle->flags & FS_FLAG_READ) == 0) {
		completion->status = FS_BAD_HANDLE;
		return true;
	}
	if (command->offset < size && offset < size && wanted != 0) {
		FRESULT result = seek(&handle->file, offset);
		wanted = least(wanted, size - offset);
		if (result == FR_OK)
			result = f_read(&handle->file,
				data_of(client, command->where) + client->done,
				(UINT)wanted, &got);
		completion->status = operation_status(result);
	}
	client->done += got;
	counters()->clients[client - server.clients].bytes_read += got;
	completion->bytes = client->done;
	return got == 0 || completion->status != FS_OK || client->done == command->bytes;
}

/* Writes at the end of the file: up to a step of zeros, and not beyond `size`. */
static enum fs_status grow(struct handle *handle, uint64_t size)
{
	FIL *file = &handle->file;
	uint64_t left = least(size - f_size(file), FS_STEP_BYTES);
	FRESULT result = seek(file, f_size(file));
	file_mark(handle, true);
	while (left != 0 && result == FR_OK) { /* at most FS_STEP_BYTES / ZEROS_BYTES */
		UINT bytes = (UINT)least(left, ZEROS_BYTES), written = 0;
		result = f_write(file, zeros, bytes, &written);
		left -= written;
		if (result == FR_OK && written < bytes)
			return FS_NO_SPACE;
	}
	return operation_status(result);
}

static enum fs_status shrink(struct handle *handle, uint64_t size)
{
	FRESULT result = seek(&handle->file, size);
	if (result == FR_OK)
		result = f_truncate(&handle->file);
	file_mark(handle, true);
	return operation_status(result);
}

/* One step of growing to `size`; a failure takes back what this command has grown. */
static enum fs_status grow_step(
	struct client *client, struct handle *handle, uint64_t size)
{
	enum fs_status status;
	if (client->size_then == UINT64_MAX)
		client->size_then = f_size(&handle->file);
	status = grow(handle, size);
	if (status == FS_NO_SPACE)
		(void)shrink(handle, client->size_then);
	return status;
}

bool file_write(
	struct client *client, struct handle *handle, struct fs_completion *completion)
{
	const struct fs_command *command = &client->command;
	uint64_t bytes = least(command->bytes - client->done, FS_STEP_BYTES);
	uint64_t offset = command->offset + client->done;
	UINT written = 0;
	if ((handle->flags & FS_FLAG_WRITE) == 0)
		completion->status = FS_BAD_HANDLE;
	else if (command->offset > FILE_BYTES_MAX ||
		 command->offset + command->bytes > FILE_BYTES_MAX)
		completion->status = FS_TOO_LARGE;
	if (completion->status != FS_OK || command->bytes == 0)
		return true;
	if (offset > f_size(&handle->file)) {
		completion->status = grow_step(client, handle, offset);
		return completion->status != FS_OK;
	}
	FRESULT result = seek(&handle->file, offset);
	if (result == FR_OK)
		result = f_write(&handle->file,
			data_of(client, command->where) + client->done, (UINT)bytes,
			&written);
	file_mark(handle, true);
	client->done += written;
	counters()->clients[client - server.clients].bytes_written += written;
	completion->status = operation_status(result);
	if (result == FR_OK && written < bytes)
		completion->status = FS_NO_SPACE;
	completion->bytes = client->done;
	return completion->status != FS_OK || client->done == command->bytes;
}

bool file_truncate(
	struct client *client, struct handle *handle, struct fs_completion *completion)
{
	uint64_t size = client->command.offset;
	if ((handle->flags & FS_FLAG_WRITE) == 0)
		completion->status = FS_BAD_HANDLE;
	else if (size > FILE_BYTES_MAX)
		completion->status = FS_TOO_LARGE;
	else if (size > f_size(&handle->file))
		completion->status = grow_step(client, handle, size);
	else if (size < f_size(&handle->file))
		completion->status = shrink(handle, size);
	return completion->status != FS_OK || size == f_size(&handle->file);
}

enum fs_status file_close(struct handle *handle)
{
	FIL *file = &handle->file;
	FRESULT result = f_close(file);
	if (result != FR_OK) {
		/* FatFs keeps the file locked if it cannot be written; nobody would ever
		 * unlock it. Without changes there is nothing to write. */
		file->flag = 0;
		file->err = 0;
		(void)f_close(file);
	}
	file_mark(handle, false);
	return operation_status(result);
}

void file_settle(void)
{
	for (uint32_t i = 0; i < server.config->num_clients && server.num_dirty != 0; i++)
		for (uint32_t h = 0; h < FS_HANDLES_MAX; h++) {
			struct handle *handle = &server.clients[i].handles[h];
			if (handle->use != HANDLE_FILE || !handle->dirty)
				continue;
			(void)f_sync(&handle->file); /* its owner will hear of it */
			server.num_dirty--;
			handle->dirty = false;
		}
}
