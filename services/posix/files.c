/* SPDX-License-Identifier: BSD-2-Clause */
/* File descriptors; see files.h. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/uio.h>

#include "console.h"
#include "path.h"

enum kind { UNUSED, CONSOLE, OPEN_FILE, DIRECTORY };

struct descriptor {
	enum kind kind;
	int flags; /* O_* of open */
	uint32_t handle;
	uint64_t offset;
	bool entry_waits; /* of a directory: `entry` did not fit the last time */
	struct dirent entry;
};

static struct descriptor descriptors[FILES_MAX] = {
	{ .kind = CONSOLE, .flags = O_RDONLY },
	{ .kind = CONSOLE, .flags = O_WRONLY },
	{ .kind = CONSOLE, .flags = O_WRONLY },
};
static const struct file_system *mounted;
static char current_directory[FILES_PATH_MAX] = "/";

void posix_mount(const struct file_system *file_system)
{
	mounted = file_system;
}

/* The descriptor of that number, if it is of that kind; UNUSED: of any that is in use. */
static struct descriptor *find(long number, enum kind kind)
{
	if (number < 0 || number >= (long)FILES_MAX || descriptors[number].kind == UNUSED)
		return NULL;
	if (kind != UNUSED && descriptors[number].kind != kind)
		return NULL;
	return &descriptors[number];
}

/* The plain path that a call means. There are no directories to be relative to but the
 * current one. */
static long resolve(long directory, long path, char plain[FILES_PATH_MAX])
{
	const char *text = (const char *)path;

	if (!mounted)
		return -ENOENT;
	if (directory != AT_FDCWD && text[0] != '/')
		return -ENOTDIR;
	return path_resolve(current_directory, text, plain, FILES_PATH_MAX);
}

static bool may_write(const struct descriptor *file)
{
	return (file->flags & O_ACCMODE) != O_RDONLY;
}

static bool may_read(const struct descriptor *file)
{
	return (file->flags & O_ACCMODE) != O_WRONLY;
}

/* ---- Opening and closing ---- */

static long open_free(
	struct descriptor *free, const char *path, int flags, enum kind kind)
{
	struct descriptor opened = { .kind = kind, .flags = flags };
	long status = kind == DIRECTORY ? mounted->open_directory(path, &opened.handle)
					: mounted->open(path, flags, &opened.handle);

	if (status < 0)
		return status;
	*free = opened;
	return free - descriptors;
}

long files_openat(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	int flags = (int)arguments[2];
	struct stat status;
	long error = resolve(arguments[0], arguments[1], path);

	if (error != 0)
		return error;
	bool directory = (flags & O_DIRECTORY) != 0;
	if (!directory && (flags & O_ACCMODE) == O_RDONLY &&
		mounted->status(path, &status) == 0)
		directory = S_ISDIR(status.st_mode);
	for (size_t i = 0; i < FILES_MAX; i++)
		if (descriptors[i].kind == UNUSED)
			return open_free(&descriptors[i], path, flags,
				directory ? DIRECTORY : OPEN_FILE);
	return -EMFILE;
}

long files_close(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], UNUSED);
	long status = 0;

	if (!file)
		return -EBADF;
	if (file->kind == OPEN_FILE)
		status = mounted->close(file->handle);
	else if (file->kind == DIRECTORY)
		status = mounted->close_directory(file->handle);
	file->kind = UNUSED;
	return status;
}

/* ---- Reading and writing ---- */

/* At *offset, which moves on. */
static long read_at(struct descriptor *file, uint64_t *offset, void *data, size_t bytes)
{
	if (!may_read(file))
		return -EBADF;
	if (file->kind == CONSOLE)
		return console_read(data, bytes);
	if (file->kind == DIRECTORY)
		return -EISDIR;
	long count = mounted->read(file->handle, *offset, data, bytes);
	*offset += count > 0 ? (uint64_t)count : 0;
	return count;
}

static long write_at(
	struct descriptor *file, uint64_t *offset, const void *data, size_t bytes)
{
	struct stat status;

	if (!may_write(file))
		return -EBADF;
	if (file->kind == CONSOLE)
		return console_write(data, bytes);
	if ((file->flags & O_APPEND) != 0) {
		long error = mounted->handle_status(file->handle, &status);
		if (error < 0)
			return error;
		*offset = (uint64_t)status.st_size;
	}
	long count = mounted->write(file->handle, *offset, data, bytes);
	*offset += count > 0 ? (uint64_t)count : 0;
	return count;
}

long files_read(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], UNUSED);

	return file ? read_at(file, &file->offset, (void *)arguments[1],
			      (size_t)arguments[2])
		    : -EBADF;
}

long files_write(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], UNUSED);

	return file ? write_at(file, &file->offset, (const void *)arguments[1],
			      (size_t)arguments[2])
		    : -EBADF;
}

long files_pread(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], OPEN_FILE);
	uint64_t offset = (uint64_t)arguments[3];

	return file ? read_at(file, &offset, (void *)arguments[1], (size_t)arguments[2])
		    : -ESPIPE;
}

long files_pwrite(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], OPEN_FILE);
	uint64_t offset = (uint64_t)arguments[3];

	return file ? write_at(file, &offset, (const void *)arguments[1],
			      (size_t)arguments[2])
		    : -ESPIPE;
}

/* Piece by piece, until one is short or fails; what came before it counts. */
static long vector(const long arguments[6], bool writes)
{
	struct descriptor *file = find(arguments[0], UNUSED);
	const struct iovec *pieces = (const struct iovec *)arguments[1];
	long total = 0;

	if (!file)
		return -EBADF;
	for (long i = 0; i < arguments[2]; i++) {
		if (pieces[i].iov_len == 0)
			continue;
		long count = writes ? write_at(file, &file->offset, pieces[i].iov_base,
					      pieces[i].iov_len)
				    : read_at(file, &file->offset, pieces[i].iov_base,
					      pieces[i].iov_len);
		if (count < 0)
			return total > 0 ? total : count;
		total += count;
		if ((size_t)count < pieces[i].iov_len)
			break;
	}
	return total;
}

long files_readv(const long arguments[6])
{
	return vector(arguments, false);
}

long files_writev(const long arguments[6])
{
	return vector(arguments, true);
}

long files_lseek(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], OPEN_FILE);
	struct stat status = { 0 };
	int64_t from = 0;

	if (!file)
		return find(arguments[0], UNUSED) ? -ESPIPE : -EBADF;
	if (arguments[2] == SEEK_CUR) {
		from = (int64_t)file->offset;
	} else if (arguments[2] == SEEK_END) {
		long error = mounted->handle_status(file->handle, &status);
		if (error < 0)
			return error;
		from = status.st_size;
	} else if (arguments[2] != SEEK_SET) {
		return -EINVAL;
	}
	if (__builtin_add_overflow(from, arguments[1], &from) || from < 0)
		return -EINVAL;
	file->offset = (uint64_t)from;
	return from;
}

long files_ftruncate(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], OPEN_FILE);

	if (!file || !may_write(file) || arguments[1] < 0)
		return -EINVAL;
	return mounted->truncate(file->handle, (uint64_t)arguments[1]);
}

long files_fsync(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], OPEN_FILE);

	return file ? mounted->sync(file->handle) : -EINVAL;
}

/* The console is a terminal of unknown size; nothing else is one. */
long files_ioctl(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], UNUSED);

	if (!file)
		return -EBADF;
	if (file->kind != CONSOLE || arguments[1] != TIOCGWINSZ)
		return -ENOTTY;
	*(struct winsize *)arguments[2] = (struct winsize){ 0 };
	return 0;
}

long files_fcntl(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], UNUSED);

	if (!file)
		return -EBADF;
	switch (arguments[1]) {
	case F_GETFL:
		return file->flags;
	case F_SETFD:
	case F_GETFD:
		return 0;
	default:
		return -EINVAL;
	}
}

/* ---- What is known of files ---- */

long files_fstat(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], UNUSED);
	struct stat *status = (struct stat *)arguments[1];

	if (!file)
		return -EBADF;
	*status = (struct stat){ .st_blksize = 4096, .st_nlink = 1 };
	if (file->kind == OPEN_FILE)
		return mounted->handle_status(file->handle, status);
	status->st_mode = file->kind == CONSOLE ? S_IFCHR | 0620 : S_IFDIR | 0755;
	return 0;
}

long files_fstatat(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	struct stat *status = (struct stat *)arguments[2];

	if ((arguments[3] & AT_EMPTY_PATH) != 0 && *(const char *)arguments[1] == '\0')
		return files_fstat((const long[6]){ arguments[0], arguments[2] });
	long error = resolve(arguments[0], arguments[1], path);
	if (error != 0)
		return error;
	*status = (struct stat){ .st_blksize = 4096, .st_nlink = 1 };
	return mounted->status(path, status);
}

/* Bytes of an entry in the buffer, aligned to 8. */
static size_t entry_bytes(const struct dirent *entry)
{
	size_t bytes = offsetof(struct dirent, d_name) + strlen(entry->d_name) + 1;

	return (bytes + 7) & ~(size_t)7;
}

long files_getdents(const long arguments[6])
{
	struct descriptor *file = find(arguments[0], DIRECTORY);
	unsigned char *buffer = (unsigned char *)arguments[1];
	size_t room = (size_t)arguments[2], used = 0;

	if (!file)
		return -ENOTDIR;
	for (;;) {
		long more = file->entry_waits
				    ? 1
				    : mounted->read_directory(file->handle, &file->entry);
		if (more <= 0)
			return used > 0 ? (long)used : more;
		size_t bytes = entry_bytes(&file->entry);
		file->entry_waits = bytes > room - used;
		if (file->entry_waits)
			return used > 0 ? (long)used : -EINVAL;
		file->entry.d_reclen = (unsigned short)bytes;
		file->entry.d_off = (off_t)++file->offset;
		memcpy(buffer + used, &file->entry, bytes);
		used += bytes;
	}
}

/* ---- Names ---- */

long files_mkdirat(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	long error = resolve(arguments[0], arguments[1], path);

	return error != 0 ? error : mounted->mkdir(path);
}

long files_unlinkat(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	long error = resolve(arguments[0], arguments[1], path);

	return error != 0 ? error
			  : mounted->remove(path, (arguments[2] & AT_REMOVEDIR) != 0);
}

long files_renameat(const long arguments[6])
{
	char from[FILES_PATH_MAX], to[FILES_PATH_MAX];
	long error = resolve(arguments[0], arguments[1], from);

	if (error == 0)
		error = resolve(arguments[2], arguments[3], to);
	return error != 0 ? error : mounted->rename(from, to);
}

long files_statfs(const long arguments[6])
{
	struct statfs *status = (struct statfs *)arguments[1];
	struct statvfs space = { 0 };

	if (!mounted)
		return -ENOENT;
	long error = mounted->space(&space);
	if (error != 0)
		return error;
	*status = (struct statfs){ .f_bsize = space.f_bsize,
		.f_blocks = space.f_blocks,
		.f_bfree = space.f_bfree,
		.f_bavail = space.f_bavail,
		.f_namelen = 255 };
	return 0;
}

long files_getcwd(const long arguments[6])
{
	size_t bytes = strlen(current_directory) + 1;

	if ((size_t)arguments[1] < bytes)
		return -ERANGE;
	memcpy((void *)arguments[0], current_directory, bytes);
	return (long)bytes;
}

long files_chdir(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	struct stat status;
	long error = resolve(AT_FDCWD, arguments[0], path);

	if (error == 0)
		error = mounted->status(path, &status);
	if (error != 0)
		return error;
	if (!S_ISDIR(status.st_mode))
		return -ENOTDIR;
	memcpy(current_directory, path, sizeof path);
	return 0;
}
