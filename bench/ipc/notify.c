/* SPDX-License-Identifier: BSD-2-Clause */
/* The client of the rows that measure a notification. */
#include <microkit.h>

#include "bench.h"

#define RECEIVER 0

BENCH_ROW(empty, (void)0)
BENCH_ROW(notify, microkit_notify(RECEIVER))

void init(void)
{
	uint64_t nothing = empty();
	uint64_t all = notify();

	bench_print("iterations", ITERATIONS);
	bench_print("empty", nothing);
	bench_print("notify", all);
	bench_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
