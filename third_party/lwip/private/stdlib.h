/* SPDX-License-Identifier: BSD-2-Clause */
/* Of C11's <stdlib.h> (7.22), what lwIP uses. */
#pragma once

#include <stddef.h>

int atoi(const char *text);
