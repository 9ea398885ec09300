/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rest of this library knows of the program that it is in. */
#pragma once

#include "heap.h"

struct heap *program_heap(void);

/* Says how it ended, waits until the console has it, and ends the program with a fault. */
_Noreturn void program_end(int status);
