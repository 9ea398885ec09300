/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rest of this library knows of the program that it is in. */
#pragma once

#include <stdint.h>

#include "heap.h"

struct heap *program_heap(void);

/* Says how it ended, waits until the console has it, and ends the program with a fault. */
_Noreturn void program_end(int status);

/* The wall clock's time at posix_now_ns() == 0, in ns since 1970; 0 if nobody knows. */
uint64_t program_epoch_ns(void);
void program_set_epoch_ns(uint64_t ns);
