/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <microkit.h>

void init(void)
{
	microkit_dbg_puts("compat hello\n");
}

void notified(microkit_channel ch)
{
}
