/* SPDX-License-Identifier: BSD-2-Clause */
/* The file system service (services/fs) as the file system of a C program. */
#pragma once

#include <stdbool.h>

/*
 * Mounts (files.h: posix_mount) the file system that the system file gives this program by
 * <filesystem>. False, and nothing is done, if it gives none. Link with libfs too.
 * Requires: called by the program, before it opens files.
 */
bool posix_mount_fs(void) __attribute__((warn_unused_result));
