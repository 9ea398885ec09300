/* SPDX-License-Identifier: BSD-2-Clause */
/* The last PD to run: all that is above it has faulted and is gone. */
#include "testing.h"

void init(void)
{
	out("end of tests\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
