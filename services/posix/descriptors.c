/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of descriptors; see descriptors.h. */
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "path.h"
#include "posix.h"

struct descriptor descriptors[FILES_MAX] = {
	{ .kind = CONSOLE, .flags = O_RDONLY },
	{ .kind = CONSOLE, .flags = O_WRONLY },
	{ .kind = CONSOLE, .flags = O_WRONLY },
};
const struct file_system *descriptor_files;
static char current_directory[FILES_PATH_MAX] = "/";

void posix_mount(const struct file_system *file_system)
{
	descriptor_files = file_system;
}

void posix_open_console(void)
{
	for (int i = 0; i <= 2; i++)
		if (descriptors[i].kind == UNUSED)
			descriptors[i] = (struct descriptor){ .kind = CONSOLE,
				.flags = i == 0 ? O_RDONLY : O_WRONLY };
}

struct descriptor *descriptor_find(long number, enum kind kind)
{
	if (number < 0 || number >= (long)FILES_MAX || descriptors[number].kind == UNUSED)
		return NULL;
	if (kind != UNUSED && descriptors[number].kind != kind)
		return NULL;
	return &descriptors[number];
}

long descriptor_resolve(long directory, long path, char plain[FILES_PATH_MAX])
{
	const char *text = (const char *)path;

	if (!descriptor_files)
		return -ENOENT;
	if (directory != AT_FDCWD && text[0] != '/')
		return -ENOTDIR;
	return path_resolve(current_directory, text, plain, FILES_PATH_MAX);
}

long files_getcwd(const long arguments[6])
{
	size_t bytes = strlen(current_directory) + 1;
	struct stat status;

	if ((size_t)arguments[1] < bytes)
		return -ERANGE;
	if (bytes > sizeof "/" &&
		descriptor_files->status(current_directory, &status) != 0)
		return -ENOENT; /* it was removed */
	memcpy((void *)arguments[0], current_directory, bytes);
	return (long)bytes;
}

long files_chdir(const long arguments[6])
{
	char path[FILES_PATH_MAX];
	struct stat status;
	long error = descriptor_resolve(AT_FDCWD, arguments[0], path);

	if (error == 0)
		error = descriptor_files->status(path, &status);
	if (error != 0)
		return error;
	if (!S_ISDIR(status.st_mode))
		return -ENOTDIR;
	memcpy(current_directory, path, sizeof path);
	return 0;
}
