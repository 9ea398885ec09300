/* SPDX-License-Identifier: BSD-2-Clause */
/* The complaint of complain.h, debug configuration. */
#include <microkit.h>

void microkit_invalid_channel(const char *function, uint64_t id)
{
	microkit_dbg_puts(microkit_name);
	microkit_dbg_puts(": ");
	microkit_dbg_puts(function);
	microkit_dbg_puts(": invalid channel ");
	microkit_dbg_put32((seL4_Uint32)id);
	microkit_dbg_puts("\n");
}
