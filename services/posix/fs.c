/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls of files.h by the client library of services/fs; see fs.h. */
#include "fs.h"

#include <errno.h>
#include <fcntl.h>
#include <services/fs/client.h>
#include <string.h>

#include "files.h"
#include "posix.h"

#define SPACE_BLOCK_BYTES 4096u /* that space is told in */

static struct fs_client client;

void fs_wait(void)
{
	posix_wait(UINT64_MAX);
}

/* 0, or the errno of it. */
static long result(enum fs_status status)
{
	static const short numbers[FS_STATUSES] = {
		[FS_BAD_COMMAND] = EINVAL,
		[FS_BAD_DATA] = EINVAL,
		[FS_BAD_PATH] = EINVAL,
		[FS_BAD_HANDLE] = EBADF,
		[FS_NOT_FOUND] = ENOENT,
		[FS_EXISTS] = EEXIST,
		[FS_NOT_DIRECTORY] = ENOTDIR,
		[FS_IS_DIRECTORY] = EISDIR,
		[FS_NOT_EMPTY] = ENOTEMPTY,
		[FS_BUSY] = EBUSY,
		[FS_DENIED] = EACCES,
		[FS_READ_ONLY] = EROFS,
		[FS_TOO_MANY_HANDLES] = EMFILE,
		[FS_NO_SPACE] = ENOSPC,
		[FS_TOO_LARGE] = EFBIG,
		[FS_NO_ROOM] = ENAMETOOLONG,
		[FS_NO_DEVICE] = ENODEV,
		[FS_NO_VOLUME] = ENXIO,
		[FS_CORRUPT] = EIO,
		[FS_FAILED] = EIO,
		[FS_LOST] = EIO,
	};

	if (status == FS_OK)
		return 0;
	return status < FS_STATUSES ? -numbers[status] : -EIO;
}

static long open_file(const char *path, int flags, uint32_t *handle)
{
	static const uint32_t accesses[] = {
		[O_RDONLY] = FS_FLAG_READ,
		[O_WRONLY] = FS_FLAG_WRITE,
		[O_RDWR] = FS_FLAG_READ | FS_FLAG_WRITE,
	};
	unsigned int access = (unsigned int)flags & O_ACCMODE;
	uint32_t wanted;

	if (access >= sizeof accesses / sizeof accesses[0])
		return -EINVAL;
	wanted = accesses[access];
	if ((wanted & FS_FLAG_WRITE) != 0) {
		wanted |= (flags & O_CREAT) != 0 ? FS_FLAG_CREATE : 0;
		wanted |= (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0
				  ? FS_FLAG_EXCLUSIVE
				  : 0;
		wanted |= (flags & O_TRUNC) != 0 ? FS_FLAG_TRUNCATE : 0;
	}
	return result(fs_open(&client, path, wanted, handle));
}

static long close_file(uint32_t handle)
{
	return result(fs_close(&client, handle));
}

/* What was done of a read or write counts; the error comes again the next time. */
static long read_file(uint32_t handle, uint64_t offset, void *data, size_t bytes)
{
	size_t done = 0;
	enum fs_status status = fs_read(&client, handle, offset, data, bytes, &done);

	return done > 0 ? (long)done : result(status);
}

static long write_file(uint32_t handle, uint64_t offset, const void *data, size_t bytes)
{
	size_t done = 0;
	enum fs_status status = fs_write(&client, handle, offset, data, bytes, &done);

	return done > 0 ? (long)done : result(status);
}

static long truncate_file(uint32_t handle, uint64_t bytes)
{
	return result(fs_truncate(&client, handle, bytes));
}

static long sync_file(uint32_t handle)
{
	return result(fs_sync(&client, handle));
}

static long describe(enum fs_status result_status, const struct fs_completion *known,
	struct stat *status)
{
	if (result_status != FS_OK)
		return result(result_status);
	status->st_mode = known->kind == FS_KIND_DIRECTORY ? S_IFDIR | 0755
							   : S_IFREG | 0644;
	status->st_size = (off_t)known->size;
	status->st_blocks = (blkcnt_t)((known->size + 511) / 512);
	status->st_mtim.tv_sec = (time_t)known->modified;
	status->st_ctim = status->st_mtim;
	status->st_atim = status->st_mtim;
	return 0;
}

static long handle_status(uint32_t handle, struct stat *status)
{
	struct fs_completion known;

	return describe(fs_handle_status(&client, handle, &known), &known, status);
}

static long path_status(const char *path, struct stat *status)
{
	struct fs_completion known;

	return describe(fs_status(&client, path, &known), &known, status);
}

static long make_directory(const char *path)
{
	return result(fs_make_directory(&client, path));
}

static long remove_path(const char *path, int is_directory)
{
	return result(fs_remove(&client, path, is_directory != 0));
}

static long rename_path(const char *from, const char *to)
{
	return result(fs_rename(&client, from, to));
}

static long open_directory(const char *path, uint32_t *handle)
{
	return result(fs_open_directory(&client, path, handle));
}

static long read_directory(uint32_t handle, struct dirent *entry)
{
	_Static_assert(sizeof entry->d_name > FS_NAME_BYTES_MAX, "names fit");
	struct fs_completion known;
	enum fs_status status = fs_read_directory(&client, handle, entry->d_name, &known);

	if (status != FS_OK)
		return result(status);
	entry->d_type = known.kind == FS_KIND_DIRECTORY ? DT_DIR : DT_REG;
	entry->d_ino = 1; /* FAT has no such numbers */
	return entry->d_name[0] != '\0';
}

static long close_directory(uint32_t handle)
{
	return result(fs_close_directory(&client, handle));
}

static long space(struct statvfs *space)
{
	struct fs_completion known;
	enum fs_status status = fs_space(&client, &known);

	if (status != FS_OK)
		return result(status);
	*space = (struct statvfs){
		.f_bsize = SPACE_BLOCK_BYTES,
		.f_frsize = SPACE_BLOCK_BYTES,
		.f_blocks = known.size / SPACE_BLOCK_BYTES,
		.f_bfree = known.free / SPACE_BLOCK_BYTES,
		.f_bavail = known.free / SPACE_BLOCK_BYTES,
		.f_namemax = FS_NAME_BYTES_MAX,
	};
	return 0;
}

static const struct file_system service = {
	.open = open_file,
	.close = close_file,
	.read = read_file,
	.write = write_file,
	.truncate = truncate_file,
	.sync = sync_file,
	.handle_status = handle_status,
	.status = path_status,
	.mkdir = make_directory,
	.remove = remove_path,
	.rename = rename_path,
	.open_directory = open_directory,
	.read_directory = read_directory,
	.close_directory = close_directory,
	.space = space,
};

bool posix_mount_fs(void)
{
	if (!fs_config || !fs_client_start(&client, fs_config))
		return false;
	posix_mount(&service);
	return true;
}
