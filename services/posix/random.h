/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes of a program: from an entropy source, or none at all. */
#pragma once

#include <stddef.h>

/*
 * Where they come from: fills data, returns 0 or a negative errno. Without a source,
 * getrandom fails with ENOSYS: there is no constant seed.
 */
void random_source(long (*fill)(void *data, size_t bytes));

/* As getrandom(2): `bytes` of them, or a negative errno. */
long random_fill(void *data, size_t bytes);
