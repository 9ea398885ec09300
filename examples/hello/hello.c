/* SPDX-License-Identifier: BSD-2-Clause */
/* The smallest PD: it says hello and waits for ever. */
#include <microkit.h>

void init(void)
{
	microkit_dbg_puts(microkit_name);
	microkit_dbg_puts(": hello, world\n");
}

void notified(microkit_channel ch)
{
	(void)ch; /* it has no channel */
}
