/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens, closes, makes, removes and renames files; see files.h.
 *
 * The file system lets one handle at a time write, and removes nothing that is open
 * (services/fs/queue.h, Sharing). POSIX has no such rule, and a program does not expect it of
 * files that nobody but itself has open. So what the file system refuses because somebody
 * has it open is asked for again without this program's own handles, and these are
 * opened again. If that fails, because another program was faster, its descriptors are lost: they
 * have FILES_NO_HANDLE, which the file system knows nothing of.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "descriptors.h"

/* The next descriptor behind `file` of that path and kind; NULL at the end. Begins with NULL. */
static struct descriptor *next_of(
	const char *path, enum kind kind, struct descriptor *file)
{
	for (file = file ? file + 1 : descriptors; file < descriptors + FILES_MAX; file++)
		if (file->kind == kind && strcmp(file->path, path) == 0)
			return file;
	return NULL;
}

static bool handle_used(uint32_t handle)
{
	for (size_t i = 0; i < FILES_MAX; i++)
		if (descriptors[i].kind == OPEN_FILE && descriptors[i].handle == handle)
			return true;
	return false;
}

/* Takes the descriptor out of use, and closes its handle if it was the last one of that. */
static long close_one(struct descriptor *file)
{
	enum kind kind = file->kind;

	file->kind = UNUSED;
	if (file->handle == FILES_NO_HANDLE)
		return 0;
	if (kind == DIRECTORY)
		return descriptor_files->close_directory(file->handle);
	if (kind == OPEN_FILE && !handle_used(file->handle))
		return descriptor_files->close(file->handle);
	return 0;
}

/* Closes all handles that this program has of what the path names; descriptors stay. */
static void let_go(const char *path, enum kind kind)
{
	struct descriptor *file = NULL;

	while ((file = next_of(path, kind, file))) {
		(void)close_one(file);
		file->kind = kind;
		file->handle = FILES_NO_HANDLE;
	}
}

/* All descriptors of the file get one handle, with which everything is allowed. */
static long open_again(const char *path, int flags, uint32_t *handle)
{
	struct descriptor *file = next_of(path, OPEN_FILE, NULL);
	long status;

	if (!file)
		return -EBUSY;
	let_go(path, OPEN_FILE);
	status = descriptor_files->open(path, (flags & ~O_ACCMODE) | O_RDWR, handle);
	if (status < 0 &&
		descriptor_files->open(path, file->flags & O_ACCMODE, handle) < 0)
		return -EBUSY;
	for (; file; file = next_of(path, OPEN_FILE, file))
		file->handle = *handle;
	return status;
}

static long open_free(
	struct descriptor *free, const char *path, int flags, enum kind kind)
{
	uint32_t handle;
	long status = kind == DIRECTORY ? descriptor_files->open_directory(path, &handle)
					: descriptor_files->open(path, flags, &handle);

	if (status == -EBUSY && kind == OPEN_FILE)
		status = open_again(path, flags, &handle);
	if (status < 0)
		return status;
	*free = (struct descriptor){ .kind = kind, .flags = flags, .handle = handle };
	memcpy(free->path, path, strlen(path) + 1);
	return free - descriptors;
}

long files_openat(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	int flags = (int)arguments[2];
	struct stat status;
	long error = descriptor_resolve(arguments[0], arguments[1], path);

	if (error != 0)
		return error;
	bool directory = (flags & O_DIRECTORY) != 0;
	if (!directory && (flags & O_ACCMODE) == O_RDONLY &&
		descriptor_files->status(path, &status) == 0)
		directory = S_ISDIR(status.st_mode);
	for (size_t i = 0; i < FILES_MAX; i++)
		if (descriptors[i].kind == UNUSED)
			return open_free(&descriptors[i], path, flags,
				directory ? DIRECTORY : OPEN_FILE);
	return -EMFILE;
}

long files_close(const long arguments[6])
{
	struct descriptor *file = descriptor_find(arguments[0], UNUSED);

	return file ? close_one(file) : -EBADF;
}

long files_mkdirat(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	long error = descriptor_resolve(arguments[0], arguments[1], path);

	return error != 0 ? error : descriptor_files->mkdir(path);
}

/* Opens a directory anew and reads up to where its descriptor was. */
static void find_place(struct descriptor *directory)
{
	struct dirent entry;
	uint64_t count = directory->offset + directory->entry_waits;

	uint32_t handle;

	if (descriptor_files->open_directory(directory->path, &handle) != 0)
		return;
	while (count-- > 0 && descriptor_files->read_directory(handle, &entry) > 0)
		;
	directory->handle = handle;
}

/* A directory that this program is reading; what is removed has no further entries. */
static long remove_open_directory(const char *path)
{
	struct descriptor *directory = next_of(path, DIRECTORY, NULL);
	long error;

	if (!directory)
		return -EBUSY;
	let_go(path, DIRECTORY);
	error = descriptor_files->remove(path, true);
	for (; directory && error != 0; directory = next_of(path, DIRECTORY, directory))
		find_place(directory);
	return error;
}

long files_unlinkat(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	bool directory = (arguments[2] & AT_REMOVEDIR) != 0;
	long error = descriptor_resolve(arguments[0], arguments[1], path);

	if (error == 0)
		error = descriptor_files->remove(path, directory);
	return error == -EBUSY && directory ? remove_open_directory(path) : error;
}

long files_renameat(const long arguments[6])
{
	char from[FILES_PATH_MAX], to[FILES_PATH_MAX];
	long error = descriptor_resolve(arguments[0], arguments[1], from);

	if (error == 0)
		error = descriptor_resolve(arguments[2], arguments[3], to);
	return error != 0 ? error : descriptor_files->rename(from, to);
}
