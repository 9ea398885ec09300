/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File descriptors of a program, and the file system behind them.
 *
 * Descriptors 0, 1 and 2 are the console. Any other is an open file or directory of the one
 * file system that posix_mount has named; without one, every path fails with ENOENT.
 * Functions return 0 or a count, or a negative errno; all may wait (posix_wait).
 */
#pragma once

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define FILES_MAX 64u       /* descriptors of a program */
#define FILES_PATH_MAX 256u /* bytes of a path, NUL included */
#define FILES_NO_HANDLE UINT32_MAX

/*
 * What a file system offers. Paths are absolute, without "." and "..", NUL-terminated, shorter
 * than FILES_PATH_MAX. A handle is the file system's name of what it has opened, never
 * FILES_NO_HANDLE.
 */
struct file_system {
	long (*open)(const char *path, int flags, uint32_t *handle);
	long (*close)(uint32_t handle);
	long (*read)(uint32_t handle, uint64_t offset, void *data, size_t bytes);
	long (*write)(uint32_t handle, uint64_t offset, const void *data, size_t bytes);
	long (*truncate)(uint32_t handle, uint64_t bytes);
	long (*sync)(uint32_t handle);
	long (*handle_status)(uint32_t handle, struct stat *status);
	long (*status)(const char *path, struct stat *status);
	long (*mkdir)(const char *path);
	long (*remove)(const char *path, int is_directory);
	long (*rename)(const char *from, const char *to);
	long (*open_directory)(const char *path, uint32_t *handle);
	/* The next entry: 1, or 0 at the end. d_name, d_type and d_ino are filled. */
	long (*read_directory)(uint32_t handle, struct dirent *entry);
	long (*close_directory)(uint32_t handle);
	long (*space)(struct statvfs *space);
};

/* Names the file system of this program. Borrows: it, for good. */
void posix_mount(const struct file_system *file_system);

/* System calls, as musl makes them: arguments in the order of Linux. */
long files_openat(const long arguments[6]);
long files_close(const long arguments[6]);
long files_read(const long arguments[6]);
long files_readv(const long arguments[6]);
long files_pread(const long arguments[6]);
long files_write(const long arguments[6]);
long files_writev(const long arguments[6]);
long files_pwrite(const long arguments[6]);
long files_lseek(const long arguments[6]);
long files_ftruncate(const long arguments[6]);
long files_fsync(const long arguments[6]);
long files_ioctl(const long arguments[6]);
long files_fcntl(const long arguments[6]);
long files_fstat(const long arguments[6]);
long files_fstatat(const long arguments[6]);
long files_getdents(const long arguments[6]);
long files_mkdirat(const long arguments[6]);
long files_unlinkat(const long arguments[6]);
long files_renameat(const long arguments[6]);
long files_statfs(const long arguments[6]);
long files_getcwd(const long arguments[6]);
long files_chdir(const long arguments[6]);
long files_ppoll(const long arguments[6]);
