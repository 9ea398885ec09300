/* SPDX-License-Identifier: BSD-2-Clause */
/* Text through the kernel's debug console. */
#include "testing.h"

void out(const char *text)
{
	microkit_dbg_puts(text);
}
