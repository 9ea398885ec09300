/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of file descriptors, and what paths mean; of this library alone (files.h).
 *
 * Descriptors of one file may have one handle of the file system together: it is closed
 * with the last of them.
 */
#pragma once

#include <stdbool.h>

#include "files.h"

enum kind { UNUSED, CONSOLE, OPEN_FILE, DIRECTORY };

struct descriptor {
	enum kind kind;
	int flags; /* O_* of open */
	uint32_t handle;
	uint64_t offset;           /* in bytes; of a directory, in entries */
	char path[FILES_PATH_MAX]; /* that it was opened by; not of the console */
	bool entry_waits;          /* of a directory: `entry` did not fit the last time */
	struct dirent entry;
};

extern struct descriptor descriptors[FILES_MAX];

/* NULL until posix_mount. */
extern const struct file_system *descriptor_files;

/* The descriptor of that number, if it is of that kind; UNUSED: of any that is in use. */
struct descriptor *descriptor_find(long number, enum kind kind);

/*
 * The plain path that a call means, of its words `directory` and `path`; 0 or a negative errno.
 * There are no directories to be relative to but the current one.
 */
long descriptor_resolve(long directory, long path, char plain[FILES_PATH_MAX]);
