/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF entry point. The start stub (microkit/start) jumps here with fresh
 * memory, sp at the stack's end and all other registers but x0 zero.
 */
#include "library.h"

_Noreturn void _start(void);

_Noreturn void _start(void)
{
	microkit_main();
}
