/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done with file descriptors; see files.h. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/uio.h>

#include "console.h"
#include "descriptors.h"
#include "path.h"
#include "posix.h"

static bool may_write(const struct descriptor *file)
{
	return (file->flags & O_ACCMODE) != O_RDONLY;
}

static bool may_read(const struct descriptor *file)
{
	return (file->flags & O_ACCMODE) != O_WRONLY;
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
	long count = descriptor_files->read(file->handle, *offset, data, bytes);
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
		long error = descriptor_files->handle_status(file->handle, &status);
		if (error < 0)
			return error;
		*offset = (uint64_t)status.st_size;
	}
	long count = descriptor_files->write(file->handle, *offset, data, bytes);
	*offset += count > 0 ? (uint64_t)count : 0;
	return count;
}

long files_read(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], UNUSED);

	return file ? read_at(file, &file->offset, (void *)arguments[1],
			      (size_t)arguments[2])
		    : -EBADF;
}

long files_write(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], UNUSED);

	return file ? write_at(file, &file->offset, (const void *)arguments[1],
			      (size_t)arguments[2])
		    : -EBADF;
}

long files_pread(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], OPEN_FILE);
	uint64_t offset = (uint64_t)arguments[3];

	return file ? read_at(file, &offset, (void *)arguments[1], (size_t)arguments[2])
		    : -ESPIPE;
}

long files_pwrite(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], OPEN_FILE);
	uint64_t offset = (uint64_t)arguments[3];

	return file ? write_at(file, &offset, (const void *)arguments[1],
			      (size_t)arguments[2])
		    : -ESPIPE;
}

/* Piece by piece, until one is short or fails; what came before it counts. */
static long vector(const long arguments[6], bool writes)
{
	struct descriptor *file = descriptor_find(arguments[0], UNUSED);
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
	struct descriptor *file = descriptor_find(arguments[0], OPEN_FILE);
	struct stat status = { 0 };
	int64_t from = 0;

	if (!file)
		return descriptor_find(arguments[0], UNUSED) ? -ESPIPE : -EBADF;
	if (arguments[2] == SEEK_CUR) {
		from = (int64_t)file->offset;
	} else if (arguments[2] == SEEK_END) {
		long error = descriptor_files->handle_status(file->handle, &status);
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
	struct descriptor *file = descriptor_find(arguments[0], OPEN_FILE);

	if (!file || !may_write(file) || arguments[1] < 0)
		return -EINVAL;
	return descriptor_files->truncate(file->handle, (uint64_t)arguments[1]);
}

long files_fsync(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], OPEN_FILE);

	return file ? descriptor_files->sync(file->handle) : -EINVAL;
}

/* The console is a terminal of unknown size; nothing else is one. */
long files_ioctl(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], UNUSED);

	if (!file)
		return -EBADF;
	if (file->kind != CONSOLE || arguments[1] != TIOCGWINSZ)
		return -ENOTTY;
	*(struct winsize *)arguments[2] = (struct winsize){ 0 };
	return 0;
}

long files_fcntl(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], UNUSED);

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
	struct descriptor *file = descriptor_find(arguments[0], UNUSED);
	struct stat *status = (struct stat *)arguments[1];

	if (!file)
		return -EBADF;
	*status = (struct stat){ .st_blksize = 4096, .st_nlink = 1 };
	if (file->kind == OPEN_FILE)
		return descriptor_files->handle_status(file->handle, status);
	status->st_mode = file->kind == CONSOLE ? S_IFCHR | 0620 : S_IFDIR | 0755;
	return 0;
}

long files_fstatat(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	struct stat *status = (struct stat *)arguments[2];

	if ((arguments[3] & AT_EMPTY_PATH) != 0 && *(const char *)arguments[1] == '\0')
		return files_fstat((const long[6]){ arguments[0], arguments[2] });
	long error = descriptor_resolve(arguments[0], arguments[1], path);
	if (error != 0)
		return error;
	*status = (struct stat){ .st_blksize = 4096, .st_nlink = 1 };
	return descriptor_files->status(path, status);
}

/* Bytes of an entry in the buffer, aligned to 8. */
static size_t entry_bytes(const struct dirent *entry)
{
	size_t bytes = offsetof(struct dirent, d_name) + strlen(entry->d_name) + 1;

	return (bytes + 7) & ~(size_t)7;
}

long files_getdents(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], DIRECTORY);
	unsigned char *buffer = (unsigned char *)arguments[1];
	size_t room = (size_t)arguments[2], used = 0;

	if (!file)
		return -ENOTDIR;
	if (file->handle == FILES_NO_HANDLE)
		return 0; /* it was removed */
	for (;;) {
		long more = 1;

		if (!file->entry_waits)
			more = descriptor_files->read_directory(
				file->handle, &file->entry);
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

long files_statfs(const long arguments[6])
{
	struct statfs *status = (struct statfs *)arguments[1];
	struct statvfs space = { 0 };

	if (!descriptor_files)
		return -ENOENT;
	long error = descriptor_files->space(&space);
	if (error != 0)
		return error;
	*status = (struct statfs){ .f_bsize = space.f_bsize,
		.f_blocks = space.f_blocks,
		.f_bfree = space.f_bfree,
		.f_bavail = space.f_bavail,
		.f_namelen = 255 };
	return 0;
}

/* ---- Waiting ---- */

/* A file never waits. A console can be written to at any time: who writes waits then. */
static short ready_of(const struct pollfd *asked)
{
	const struct descriptor *file = descriptor_find(asked->fd, UNUSED);
	short ready = POLLIN | POLLOUT;

	if (asked->fd < 0)
		return 0;
	if (!file)
		return POLLNVAL;
	if (file->kind == CONSOLE && !console_waiting())
		ready = POLLOUT;
	if (!may_read(file))
		ready &= ~POLLIN;
	if (!may_write(file))
		ready &= ~POLLOUT;
	return ready & asked->events;
}

static long count_ready(struct pollfd *asked, size_t count)
{
	long ready = 0;

	for (size_t i = 0; i < count; i++) {
		asked[i].revents = ready_of(&asked[i]);
		ready += asked[i].revents != 0;
	}
	return ready;
}

long files_ppoll(const long arguments[6])
{
	struct pollfd *asked = (struct pollfd *)arguments[0];
	size_t count = (size_t)arguments[1];
	const struct timespec *limit = (const struct timespec *)arguments[2];
	uint64_t deadline = UINT64_MAX;
	long ready;

	if (count > FILES_MAX)
		return -EINVAL;
	if (limit)
		deadline = posix_now_ns() + (uint64_t)limit->tv_sec * 1000000000u +
			   (uint64_t)limit->tv_nsec;
	while ((ready = count_ready(asked, count)) == 0 && posix_now_ns() < deadline)
		posix_wait(deadline);
	return ready;
}
