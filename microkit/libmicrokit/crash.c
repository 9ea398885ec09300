/* SPDX-License-Identifier: BSD-2-Clause */
/* The deliberate crash. */
#include <microkit.h>

_Noreturn void microkit_internal_crash(seL4_Error err)
{
	volatile uint32_t *nowhere = (volatile uint32_t *)(uintptr_t)err;

	*nowhere = 0;
	/* Only where something is mapped at address 0: a fault of another kind. */
	for (;;) {
		__builtin_trap();
	}
}
