/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF entry point. The start stub (microkit/start) jumps here with fresh
 * memory, sp at the stack's end and all other registers but x0 zero.
 */
#include "library.h"

/* microkit.ld puts it at the start of the text, 0x200000: restarts name that address. */
_Noreturn void _start(void) __attribute__((section(".text.start")));

_Noreturn void _start(void)
{
	microkit_main();
}
