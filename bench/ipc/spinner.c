/* SPDX-License-Identifier: BSD-2-Clause */
/* The PD that is interrupted: computes for ever. */
#include <microkit.h>

void init(void)
{
	/* Seven instructions a round: an odd number beside a tick's sixteen. */
	__asm__ volatile("1: add x0, x0, #1\n"
			 "   add x1, x1, x0\n"
			 "   add x2, x2, x1\n"
			 "   add x3, x3, x2\n"
			 "   add x4, x4, x3\n"
			 "   add x5, x5, x4\n"
			 "   b 1b\n"
			 :
			 :
			 : "x0", "x1", "x2", "x3", "x4", "x5");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
