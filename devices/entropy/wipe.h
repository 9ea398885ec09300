/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes are overwritten where they were, once they have been handed on. */
#pragma once

#include <stddef.h>
#include <string.h>

/* Writes zeros over `data`, also where nobody reads them: the compiler may not leave it out. */
static inline void entropy_wipe(void *data, size_t bytes)
{
	memset(data, 0, bytes);
	__asm__ volatile("" : : "r"(data) : "memory");
}
