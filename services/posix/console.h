/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors 0 to 2: the program's end of the serial class. */
#pragma once

#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>

/* Starts the client of the serial class, if the system file has one for this program. */
void console_start(void);

/*
 * What has been typed, 1 to `bytes` of it; waits for the first, and hands over
 * what has been written without a line's end. 0 without a serial class.
 * Returns a count or a negative errno.
 */
long console_read(void *data, size_t bytes);

/* Whether console_read would find something. */
bool console_waiting(void);

/* Writes all of it; waits while the queue is full. Dropped without a serial class. */
long console_write(const void *data, size_t bytes);

/* Whether all that was written is on its way, or there is no console; posix_wait if not. */
bool console_drained(void);
