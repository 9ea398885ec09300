/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths as programs write them, made absolute and plain. */
#pragma once

#include <stddef.h>

/*
 * Writes into `plain` the absolute path that `path` means in the directory `base` (itself absolute
 * and plain): no ".", "..", empty name or slash at the end; ".." at the root is the root.
 * Ensures: 0; or -ENOENT if path is empty, -ENAMETOOLONG if it does not fit.
 */
int path_resolve(const char *base, const char *path, char *plain, size_t bytes)
	__attribute__((warn_unused_result));
