/* SPDX-License-Identifier: BSD-2-Clause */
/* Text through the console PD. */
#include "testing.h"

#include "console.h"

void out(const char *text)
{
	console_puts(CONSOLE_CHANNEL, text);
}
