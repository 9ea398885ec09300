/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Closes what Python has forgotten when a file is wanted.
 *
 * In CPython a file that nobody can use again is closed at once, so programs rely on it. Here
 * that comes with the next garbage collection; until then it takes a descriptor, and what is
 * open can be neither removed nor replaced (services/fs/queue.h, Sharing). The linker puts
 * these functions before the C library's (--wrap): who is refused for that reason
 * collects the garbage, and tries once more.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "py/gc.h"

#define FILE_MODE 0644

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_rmdir(const char *path);
int __wrap_rmdir(const char *path);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

/* Whether it is worth another try. */
static bool collected(int result)
{
	if (result >= 0 || (errno != EBUSY && errno != EMFILE) || gc_is_locked())
		return false;
	gc_collect();
	return true;
}

int __wrap_open(const char *path, int flags, ...)
{
	int result = __real_open(path, flags, FILE_MODE);

	return collected(result) ? __real_open(path, flags, FILE_MODE) : result;
}

int __wrap_rmdir(const char *path)
{
	int result = __real_rmdir(path);

	return collected(result) ? __real_rmdir(path) : result;
}

int __wrap_unlink(const char *path)
{
	int result = __real_unlink(path);

	return collected(result) ? __real_unlink(path) : result;
}

int __wrap_rename(const char *from, const char *to)
{
	int result = __real_rename(from, to);

	return collected(result) ? __real_rename(from, to) : result;
}
