/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from a system call to the function that handles it.
 */
#pragma once

#include <stdint.h>

struct frame;

/*
 * Handlers by number (abi.h), SYS_COUNT of them. Each first checks, then
 * changes; it leaves the results in the caller's frame and returns who runs on.
 */
typedef struct frame *(*syscall_handler)(uint64_t a0, uint64_t a1, uint64_t a2);

extern const syscall_handler syscall_table[];
