/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints on the debug console, in between what the serial clients print. */
#include <microkit.h>

void init(void)
{
	for (unsigned int i = 0; i < 2000; i++)
		microkit_dbg_puts("#");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
