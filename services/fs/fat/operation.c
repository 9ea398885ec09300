/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands. Each is checked here; FatFs gets nothing that it would misunderstand.
 *
 * FatFs says FR_DENIED for several things, so those are found out before, or are known by
 * the place where it says so.
 */
#include <string.h>

#include "server.h"

static const uint8_t statuses[] = {
	[FR_OK] = FS_OK,
	[FR_DISK_ERR] = FS_FAILED,
	[FR_INT_ERR] = FS_CORRUPT,
	[FR_NOT_READY] = FS_NO_DEVICE,
	[FR_NO_FILE] = FS_NOT_FOUND,
	[FR_NO_PATH] = FS_NOT_FOUND,
	[FR_INVALID_NAME] = FS_BAD_PATH,
	[FR_DENIED] = FS_DENIED,
	[FR_EXIST] = FS_EXISTS,
	[FR_INVALID_OBJECT] = FS_BAD_HANDLE,
	[FR_WRITE_PROTECTED] = FS_READ_ONLY,
	[FR_NO_FILESYSTEM] = FS_NO_VOLUME,
	[FR_LOCKED] = FS_BUSY,
	[FR_TOO_MANY_OPEN_FILES] = FS_TOO_MANY_HANDLES,
};

enum fs_status operation_status(FRESULT result)
{
	enum fs_status status = FS_FAILED;
	if ((uint32_t)result < sizeof(statuses))
		status = statuses[result];
	return result != FR_OK && status == FS_OK ? FS_FAILED : status;
}

/* Where FatFs denies only what it has no room for. */
static enum fs_status status_of_making(FRESULT result)
{
	return result == FR_DENIED ? FS_NO_SPACE : operation_status(result);
}

/* ---- Handles ---- */

/* Server's life << 16 | uses of the handle << 8 | which one. */
static uint32_t number_of(const struct client *client, const struct handle *handle)
{
	return (uint32_t)client->link.commands.generation << 16 |
	       (uint32_t)handle->times << 8 | (uint32_t)(handle - client->handles);
}

static struct handle *find(struct client *client, enum handle_use use)
{
	uint32_t index = client->command.handle & 0xff;
	if (index >= FS_HANDLES_MAX || client->handles[index].use != use)
		return NULL;
	if (number_of(client, &client->handles[index]) != client->command.handle)
		return NULL;
	return &client->handles[index];
}

static struct handle *find_free(struct client *client)
{
	for (uint32_t i = 0; i < client->config->handles; i++)
		if (client->handles[i].use == HANDLE_FREE)
			return &client->handles[i];
	return NULL;
}

static void occupy(struct client *client, struct handle *handle, enum handle_use use)
{
	handle->use = use;
	handle->times++;
	client->num_handles++;
}

static enum fs_status release(struct client *client, struct handle *handle)
{
	enum fs_status status;
	if (handle->use == HANDLE_FILE)
		status = file_close(handle);
	else
		status = operation_status(f_closedir(&handle->directory));
	handle->use = HANDLE_FREE;
	client->num_handles--;
	return status;
}

void operation_close_all(struct client *client)
{
	for (uint32_t i = 0; i < FS_HANDLES_MAX; i++)
		if (client->handles[i].use != HANDLE_FREE)
			(void)release(client, &client->handles[i]);
}

/* ---- What is there ---- */

static void describe(struct fs_completion *completion, const FILINFO *info)
{
	bool is_directory = (info->fattrib & AM_DIR) != 0;
	completion->kind = is_directory ? FS_KIND_DIRECTORY : FS_KIND_FILE;
	completion->size = is_directory ? 0 : info->fsize;
	completion->modified = clock_of_fat(info->fdate, info->ftime);
}

/* Mounts, if that has not been done; the root has no entry that FatFs could show. */
static enum fs_status look_up(const char *path, FILINFO *info)
{
	DIR root;
	FRESULT result;
	if (!path_is_root(path))
		return operation_status(f_stat(path, info));
	*info = (FILINFO){ .fattrib = AM_DIR };
	result = f_opendir(&root, "/");
	if (result == FR_OK)
		(void)f_closedir(&root);
	return operation_status(result);
}

static uint64_t volume_bytes(void)
{
	return (uint64_t)(server.volume.n_fatent - 2) * server.volume.csize * FF_MIN_SS;
}

static bool do_status(struct client *client, struct fs_completion *completion)
{
	FILINFO info;
	(void)client;
	file_settle();
	completion->status = look_up(server.path, &info);
	if (completion->status == FS_OK)
		describe(completion, &info);
	return true;
}

static bool do_space(struct client *client, struct fs_completion *completion)
{
	DWORD clusters = 0;
	FATFS *volume;
	(void)client;
	completion->status = operation_status(f_getfree("", &clusters, &volume));
	if (completion->status != FS_OK)
		return true;
	completion->size = volume_bytes();
	completion->free = (uint64_t)clusters * server.volume.csize * FF_MIN_SS;
	return true;
}

/* ---- Files ---- */

static enum fs_status judge_open(uint32_t flags)
{
	const uint32_t needs_write = FS_FLAG_CREATE | FS_FLAG_TRUNCATE;
	const uint32_t known = FS_FLAG_READ | FS_FLAG_WRITE | FS_FLAG_EXCLUSIVE |
			       needs_write;
	if ((flags & ~known) != 0 || (flags & (FS_FLAG_READ | FS_FLAG_WRITE)) == 0 ||
		((flags & needs_write) != 0 && (flags & FS_FLAG_WRITE) == 0) ||
		((flags & FS_FLAG_EXCLUSIVE) != 0 && (flags & FS_FLAG_CREATE) == 0))
		return FS_BAD_COMMAND;
	return FS_OK;
}

/* What an open comes to, given what is there; *mode as FatFs wants it. */
static enum fs_status judge_found(
	uint32_t flags, enum fs_status found, const FILINFO *info, BYTE *mode)
{
	*mode = (BYTE)(((flags & FS_FLAG_READ) != 0 ? FA_READ : 0) |
		       ((flags & FS_FLAG_WRITE) != 0 ? FA_WRITE : 0));
	if (found == FS_NOT_FOUND && (flags & FS_FLAG_CREATE) != 0) {
		*mode |= FA_CREATE_NEW;
		return FS_OK;
	}
	if (found != FS_OK)
		return found;
	if ((info->fattrib & AM_DIR) != 0)
		return FS_IS_DIRECTORY;
	if ((flags & FS_FLAG_EXCLUSIVE) != 0)
		return FS_EXISTS;
	if ((flags & FS_FLAG_WRITE) != 0 && (info->fattrib & AM_RDO) != 0)
		return FS_DENIED;
	*mode |= (flags & FS_FLAG_TRUNCATE) != 0 ? FA_CREATE_ALWAYS : FA_OPEN_EXISTING;
	return FS_OK;
}

static bool do_open(struct client *client, struct fs_completion *completion)
{
	uint32_t flags = client->command.flags;
	struct handle *handle = find_free(client);
	FILINFO info = { .fsize = 0 };
	enum fs_status status = judge_open(flags);
	BYTE mode = 0;
	if (status == FS_OK && (flags & FS_FLAG_WRITE) != 0 && client->config->read_only)
		status = FS_READ_ONLY;
	if (status == FS_OK && handle == NULL)
		status = FS_TOO_MANY_HANDLES;
	if (status == FS_OK)
		status = judge_found(flags, look_up(server.path, &info), &info, &mode);
	if (status == FS_OK)
		status = status_of_making(f_open(&handle->file, server.path, mode));
	completion->status = status;
	if (status != FS_OK)
		return true;
	if (f_size(&handle->file) > volume_bytes()) {
		/* Its chain, if it is a ring, would be followed for as long. */
		(void)file_close(handle);
		completion->status = FS_CORRUPT;
		return true;
	}
	occupy(client, handle, HANDLE_FILE);
	handle->flags = flags;
	describe(completion, &info);
	if ((mode & (FA_CREATE_NEW | FA_CREATE_ALWAYS)) != 0) {
		file_mark(handle, true);
		completion->modified = handle->modified;
	}
	handle->modified = completion->modified;
	completion->size = f_size(&handle->file);
	completion->handle = number_of(client, handle);
	return true;
}

static bool do_close(struct client *client, struct fs_completion *completion)
{
	struct handle *handle = find(client, HANDLE_FILE);
	completion->status = handle != NULL ? release(client, handle) : FS_BAD_HANDLE;
	return true;
}

static bool do_handle_status(struct client *client, struct fs_completion *completion)
{
	struct handle *handle = find(client, HANDLE_FILE);
	if (handle != NULL) {
		completion->size = f_size(&handle->file);
		completion->modified = handle->modified;
	} else if (find(client, HANDLE_DIRECTORY) != NULL) {
		completion->kind = FS_KIND_DIRECTORY;
	} else {
		completion->status = FS_BAD_HANDLE;
	}
	return true;
}

static bool do_sync(struct client *client, struct fs_completion *completion)
{
	struct handle *handle = find(client, HANDLE_FILE);
	completion->status = FS_BAD_HANDLE;
	if (handle == NULL)
		return true;
	completion->status = operation_status(f_sync(&handle->file));
	if (completion->status == FS_OK && (handle->flags & FS_FLAG_WRITE) != 0) {
		server.num_dirty -= handle->dirty;
		handle->dirty = false;
		completion->status = disk_flush();
	}
	return true;
}

/* Those that have steps. */
static bool do_data(struct client *client, struct fs_completion *completion)
{
	struct handle *handle = find(client, HANDLE_FILE);
	if (handle == NULL) {
		completion->status = FS_BAD_HANDLE;
		return true;
	}
	if (client->command.operation == FS_READ)
		return file_read(client, handle, completion);
	if (client->command.operation == FS_WRITE)
		return file_write(client, handle, completion);
	return file_truncate(client, handle, completion);
}

/* ---- Names ---- */

static bool do_make_directory(struct client *client, struct fs_completion *completion)
{
	(void)client;
	completion->status = path_is_root(server.path)
				     ? FS_EXISTS
				     : status_of_making(f_mkdir(server.path));
	return true;
}

/* The first cluster of a directory: what it is known by. 0: there is no such directory. */
static DWORD first_cluster(const char *path)
{
	DIR directory;
	DWORD cluster = 0;
	if (f_opendir(&directory, path) == FR_OK) {
		cluster = directory.obj.sclust;
		(void)f_closedir(&directory);
	}
	return cluster;
}

/* Whether anybody has the directory open: FatFs locks files only. */
static bool is_open_directory(const char *path)
{
	DWORD cluster = first_cluster(path);
	for (uint32_t i = 0; i < server.config->num_clients; i++)
		for (uint32_t h = 0; h < FS_HANDLES_MAX; h++) {
			const struct handle *handle = &server.clients[i].handles[h];
			if (handle->use == HANDLE_DIRECTORY && cluster != 0 &&
				handle->directory.obj.sclust == cluster)
				return true;
		}
	return false;
}

static enum fs_status judge_removal(const char *path, const FILINFO *info)
{
	if (path_is_root(path) || (info->fattrib & AM_RDO) != 0)
		return FS_DENIED;
	if ((info->fattrib & AM_DIR) != 0 && is_open_directory(path))
		return FS_BUSY;
	return FS_OK;
}

static enum fs_status remove_it(const char *path, const FILINFO *info)
{
	enum fs_status status = judge_removal(path, info);
	FRESULT result = status == FS_OK ? f_unlink(path) : FR_OK;
	if (status != FS_OK)
		return status;
	return result == FR_DENIED ? FS_NOT_EMPTY : operation_status(result);
}

static bool do_remove(struct client *client, struct fs_completion *completion)
{
	bool directory = (client->command.flags & FS_FLAG_DIRECTORY) != 0;
	FILINFO info;
	completion->status = look_up(server.path, &info);
	if (completion->status != FS_OK)
		return true;
	if (directory && (info.fattrib & AM_DIR) == 0)
		completion->status = FS_NOT_DIRECTORY;
	else if (!directory && (info.fattrib & AM_DIR) != 0)
		completion->status = FS_IS_DIRECTORY;
	else
		completion->status = remove_it(server.path, &info);
	return true;
}

/* Whether the directory `from` is `to`, or above it. One look-up for each name of `to`. */
static bool is_above(const char *from, char *to)
{
	DWORD cluster = first_cluster(from);
	bool above = false;
	for (uint32_t i = 1; to[i] != '\0' && !above; i++) {
		if (to[i] != '/')
			continue;
		to[i] = '\0';
		above = first_cluster(to) == cluster && cluster != 0;
		to[i] = '/';
	}
	return above;
}

/* Whether a directory may be renamed. */
static enum fs_status judge_move(const char *from, char *to)
{
	if (is_above(from, to))
		return FS_BAD_PATH;
	return is_open_directory(from) ? FS_BUSY : FS_OK;
}

/* Renames onto something: FatFs has said that the old one may be renamed. */
static enum fs_status replace(const FILINFO *from, const FILINFO *to)
{
	enum fs_status status;
	if ((to->fattrib & AM_DIR) != 0 && (from->fattrib & AM_DIR) == 0)
		return FS_IS_DIRECTORY;
	if ((to->fattrib & AM_DIR) == 0 && (from->fattrib & AM_DIR) != 0)
		return FS_NOT_DIRECTORY;
	status = judge_removal(server.path_to, to);
	return status == FS_OK ? volume_replace(server.path, server.path_to) : status;
}

static bool do_rename(struct client *client, struct fs_completion *completion)
{
	const struct fs_command *command = &client->command;
	FILINFO from, to;
	FRESULT result;
	completion->status = path_take(
		client, command->path_to, command->path_to_bytes, server.path_to);
	if (completion->status == FS_OK)
		completion->status = look_up(server.path, &from);
	if (completion->status != FS_OK)
		return true;
	if (path_is_root(server.path) || path_is_root(server.path_to)) {
		completion->status = FS_DENIED;
		return true;
	}
	if ((from.fattrib & AM_DIR) != 0)
		completion->status = judge_move(server.path, server.path_to);
	if (completion->status != FS_OK)
		return true;
	result = f_rename(server.path, server.path_to);
	completion->status = status_of_making(result);
	if (result != FR_EXIST)
		return true;
	completion->status = look_up(server.path_to, &to);
	if (completion->status == FS_OK)
		completion->status = replace(&from, &to);
	return true;
}

/* ---- Directories ---- */

static bool do_open_directory(struct client *client, struct fs_completion *completion)
{
	struct handle *handle = find_free(client);
	FILINFO info;
	completion->status = FS_TOO_MANY_HANDLES;
	if (handle == NULL)
		return true;
	completion->status = look_up(server.path, &info);
	if (completion->status == FS_OK && (info.fattrib & AM_DIR) == 0)
		completion->status = FS_NOT_DIRECTORY;
	if (completion->status == FS_OK)
		completion->status = operation_status(
			f_opendir(&handle->directory, server.path));
	if (completion->status != FS_OK)
		return true;
	occupy(client, handle, HANDLE_DIRECTORY);
	completion->kind = FS_KIND_DIRECTORY;
	completion->handle = number_of(client, handle);
	return true;
}

static bool do_read_directory(struct client *client, struct fs_completion *completion)
{
	const struct fs_command *command = &client->command;
	struct handle *handle = find(client, HANDLE_DIRECTORY);
	uint32_t bytes = 0;
	FILINFO info;
	completion->status = FS_BAD_HANDLE;
	if (handle == NULL)
		return true;
	completion->status = FS_NO_ROOM;
	if (command->bytes < FS_NAME_BYTES_MAX)
		return true;
	file_settle();
	completion->status = operation_status(f_readdir(&handle->directory, &info));
	if (completion->status != FS_OK || info.fname[0] == '\0')
		return true;
	/* FatFs gives what is on the disk; nobody shall take a name for a path. */
	for (; bytes < FS_NAME_BYTES_MAX && info.fname[bytes] != '\0'; bytes++)
		if (info.fname[bytes] == '/' || (unsigned char)info.fname[bytes] < ' ')
			info.fname[bytes] = '?';
	memcpy((char *)(uintptr_t)client->config->data_vaddr + command->where, info.fname,
		bytes);
	describe(completion, &info);
	completion->bytes = bytes;
	return true;
}

static bool do_close_directory(struct client *client, struct fs_completion *completion)
{
	struct handle *handle = find(client, HANDLE_DIRECTORY);
	completion->status = handle != NULL ? release(client, handle) : FS_BAD_HANDLE;
	return true;
}

/* ---- All of them ---- */

enum needs { NOTHING = 0, PATH = 1, DATA = 2, CHANGE = 4 };

static const struct operation {
	bool (*step)(struct client *client, struct fs_completion *completion);
	uint32_t needs;
} operations[FS_OPERATIONS] = {
	[FS_OPEN] = { do_open, PATH },
	[FS_CLOSE] = { do_close, NOTHING },
	[FS_READ] = { do_data, DATA },
	[FS_WRITE] = { do_data, DATA },
	[FS_TRUNCATE] = { do_data, NOTHING },
	[FS_SYNC] = { do_sync, NOTHING },
	[FS_STATUS] = { do_status, PATH },
	[FS_HANDLE_STATUS] = { do_handle_status, NOTHING },
	[FS_MAKE_DIRECTORY] = { do_make_directory, PATH | CHANGE },
	[FS_REMOVE] = { do_remove, PATH | CHANGE },
	[FS_RENAME] = { do_rename, PATH | CHANGE },
	[FS_OPEN_DIRECTORY] = { do_open_directory, PATH },
	[FS_READ_DIRECTORY] = { do_read_directory, DATA },
	[FS_CLOSE_DIRECTORY] = { do_close_directory, NOTHING },
	[FS_SPACE] = { do_space, NOTHING },
};

bool operation_step(struct client *client, struct fs_completion *completion)
{
	const struct fs_command *command = &client->command;
	completion->status = FS_BAD_COMMAND;
	if (command->operation >= FS_OPERATIONS)
		return true;
	const struct operation *operation = &operations[command->operation];
	completion->status = FS_OK;
	if ((operation->needs & CHANGE) != 0 && client->config->read_only)
		completion->status = FS_READ_ONLY;
	else if ((operation->needs & DATA) != 0 &&
		 !path_data_within(client, command->where, command->bytes))
		completion->status = FS_BAD_DATA;
	else if ((operation->needs & PATH) != 0)
		completion->status = path_take(
			client, command->where, command->bytes, server.path);
	return completion->status != FS_OK || operation->step(client, completion);
}
