/* SPDX-License-Identifier: BSD-2-Clause */
/* The client library of a file system, the part that waits; client.h is its manual. */
#include <string.h>

#include "client.h"

/* Until the program has been notified, unless there is more to do already. */
static void wait_once(struct fs_client *client)
{
	if (!fs_client_round(client))
		fs_wait();
}

uint32_t fs_take(struct fs_client *client)
{
	uint32_t slot;
	while (!fs_client_take(client, &slot))
		wait_once(client);
	return slot;
}

/* The command of a taken slot, from putting it to its completion. */
static enum fs_status run(struct fs_client *client, uint32_t slot,
	const struct fs_command *command, struct fs_completion *completion)
{
	while (!fs_client_submit(client, slot, command))
		wait_once(client);
	while (!fs_client_done(client, slot, completion))
		wait_once(client);
	return (enum fs_status)completion->status;
}

enum fs_status fs_call(struct fs_client *client, struct fs_command *command,
	const char *path, struct fs_completion *completion)
{
	enum fs_status status = FS_BAD_PATH;
	uint32_t slot;
	size_t bytes = path != NULL ? strlen(path) : 0;
	memset(completion, 0, sizeof(*completion));
	if (bytes > FS_PATH_BYTES_MAX || bytes > client->buffer_bytes)
		return status;
	slot = fs_take(client);
	if (path != NULL) {
		memcpy(fs_client_buffer(client, slot), path, bytes);
		command->bytes = (uint32_t)bytes;
	}
	status = run(client, slot, command, completion);
	fs_client_give(client, slot);
	return status;
}

static enum fs_status call_path(struct fs_client *client, enum fs_operation operation,
	const char *path, uint32_t flags, struct fs_completion *completion)
{
	struct fs_command command = { .operation = operation, .flags = flags };
	return fs_call(client, &command, path, completion);
}

static enum fs_status call_handle(struct fs_client *client, enum fs_operation operation,
	uint32_t handle, uint64_t offset, struct fs_completion *completion)
{
	struct fs_command command = {
		.operation = operation, .handle = handle, .offset = offset
	};
	return fs_call(client, &command, NULL, completion);
}

enum fs_status fs_open(
	struct fs_client *client, const char *path, uint32_t flags, uint32_t *handle)
{
	struct fs_completion completion;
	enum fs_status status = call_path(client, FS_OPEN, path, flags, &completion);
	*handle = completion.handle;
	return status;
}

enum fs_status fs_close(struct fs_client *client, uint32_t handle)
{
	struct fs_completion completion;
	return call_handle(client, FS_CLOSE, handle, 0, &completion);
}

enum fs_status fs_transfer(struct fs_client *client, uint32_t slot,
	const struct fs_command *command, size_t *done)
{
	struct fs_completion completion;
	enum fs_status status = run(client, slot, command, &completion);
	*done = completion.bytes;
	return status;
}

/* A command for as much of `left` bytes as a buffer holds. */
static struct fs_command piece(const struct fs_client *client,
	enum fs_operation operation, uint32_t handle, uint64_t offset, size_t left)
{
	return (struct fs_command){ .operation = operation,
		.handle = handle,
		.offset = offset,
		.bytes = left < client->buffer_bytes ? (uint32_t)left
						     : client->buffer_bytes };
}

enum fs_status fs_read(struct fs_client *client, uint32_t handle, uint64_t offset,
	void *data, size_t bytes, size_t *done)
{
	enum fs_status status = FS_OK;
	uint32_t slot = fs_take(client);
	size_t step = 1;
	*done = 0;
	while (*done < bytes && status == FS_OK && step != 0) {
		struct fs_command command = piece(
			client, FS_READ, handle, offset + *done, bytes - *done);
		status = fs_transfer(client, slot, &command, &step);
		memcpy((uint8_t *)data + *done, fs_client_buffer(client, slot), step);
		*done += step;
	}
	fs_client_give(client, slot);
	return status;
}

enum fs_status fs_write(struct fs_client *client, uint32_t handle, uint64_t offset,
	const void *data, size_t bytes, size_t *done)
{
	enum fs_status status = FS_OK;
	uint32_t slot = fs_take(client);
	size_t step;
	*done = 0;
	while (*done < bytes && status == FS_OK) {
		struct fs_command command = piece(
			client, FS_WRITE, handle, offset + *done, bytes - *done);
		memcpy(fs_client_buffer(client, slot), (const uint8_t *)data + *done,
			command.bytes);
		status = fs_transfer(client, slot, &command, &step);
		*done += step;
		if (status == FS_OK && step == 0)
			status = FS_FAILED; /* a server that does nothing */
	}
	fs_client_give(client, slot);
	return status;
}

enum fs_status fs_truncate(struct fs_client *client, uint32_t handle, uint64_t bytes)
{
	struct fs_completion completion;
	return call_handle(client, FS_TRUNCATE, handle, bytes, &completion);
}

enum fs_status fs_sync(struct fs_client *client, uint32_t handle)
{
	struct fs_completion completion;
	return call_handle(client, FS_SYNC, handle, 0, &completion);
}

enum fs_status fs_status(
	struct fs_client *client, const char *path, struct fs_completion *completion)
{
	return call_path(client, FS_STATUS, path, 0, completion);
}

enum fs_status fs_handle_status(
	struct fs_client *client, uint32_t handle, struct fs_completion *completion)
{
	return call_handle(client, FS_HANDLE_STATUS, handle, 0, completion);
}

enum fs_status fs_make_directory(struct fs_client *client, const char *path)
{
	struct fs_completion completion;
	return call_path(client, FS_MAKE_DIRECTORY, path, 0, &completion);
}

enum fs_status fs_remove(struct fs_client *client, const char *path, bool directory)
{
	struct fs_completion completion;
	return call_path(
		client, FS_REMOVE, path, directory ? FS_FLAG_DIRECTORY : 0, &completion);
}

enum fs_status fs_rename(struct fs_client *client, const char *from, const char *to)
{
	size_t from_bytes = strlen(from), to_bytes = strlen(to);
	struct fs_command command = { .operation = FS_RENAME,
		.bytes = (uint32_t)from_bytes,
		.path_to = from_bytes,
		.path_to_bytes = (uint32_t)to_bytes };
	struct fs_completion completion;
	enum fs_status status = FS_BAD_PATH;
	uint32_t slot;
	if (from_bytes > FS_PATH_BYTES_MAX || to_bytes > FS_PATH_BYTES_MAX ||
		from_bytes + to_bytes > client->buffer_bytes)
		return status;
	slot = fs_take(client);
	memcpy(fs_client_buffer(client, slot), from, from_bytes);
	memcpy(fs_client_buffer(client, slot) + from_bytes, to, to_bytes);
	status = run(client, slot, &command, &completion);
	fs_client_give(client, slot);
	return status;
}

enum fs_status fs_open_directory(
	struct fs_client *client, const char *path, uint32_t *handle)
{
	struct fs_completion completion;
	enum fs_status status = call_path(
		client, FS_OPEN_DIRECTORY, path, 0, &completion);
	*handle = completion.handle;
	return status;
}

enum fs_status fs_read_directory(struct fs_client *client, uint32_t handle, char *name,
	struct fs_completion *completion)
{
	const struct fs_command command = { .operation = FS_READ_DIRECTORY,
		.handle = handle,
		.bytes = FS_NAME_BYTES_MAX };
	uint32_t slot = fs_take(client);
	enum fs_status status = run(client, slot, &command, completion);
	memcpy(name, fs_client_buffer(client, slot), completion->bytes);
	name[completion->bytes] = '\0';
	fs_client_give(client, slot);
	return status;
}

enum fs_status fs_close_directory(struct fs_client *client, uint32_t handle)
{
	struct fs_completion completion;
	return call_handle(client, FS_CLOSE_DIRECTORY, handle, 0, &completion);
}

enum fs_status fs_space(struct fs_client *client, struct fs_completion *completion)
{
	return call_handle(client, FS_SPACE, 0, 0, completion);
}
