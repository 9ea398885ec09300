/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that a system file names.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

/*
 * The first regular file of that path in the search paths (an absolute path is
 * taken as it is), as a path that can be opened and lives on; NULL if there is
 * none. *bytes is its length.
 */
char *search_file(const struct options *options, const char *path, uint64_t *bytes);

/* Reads a whole file into memory that lives on; false if it cannot. */
bool search_read(const char *file, char **text, size_t *bytes);
