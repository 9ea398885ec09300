/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes of a program: from the entropy class, or none at all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * As getrandom(2): `bytes` of them, or a negative errno. ENOSYS: the system file has no
 * <entropy/>; EIO: there is no device, or it gives nothing for RANDOM_WAIT_NS; EAGAIN: not
 * yet, and the caller does not wait. Waits as posix_wait does.
 */
#define RANDOM_WAIT_NS 5000000000u
long random_fill(void *data, size_t bytes, bool wait);

/*
 * A seed for the C library: random, or, if there is none, of the time of the start to a
 * tick of the system counter. Whoever knows that time can guess it.
 */
void random_start(void *data, size_t bytes);
