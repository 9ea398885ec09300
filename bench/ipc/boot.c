/* SPDX-License-Identifier: BSD-2-Clause */
/* The last of six PDs to start: says how long the machine took to come here. */
#include <microkit.h>

#include "bench.h"

void init(void)
{
	bench_print("boot", bench_counter());
	bench_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
