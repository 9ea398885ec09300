/* SPDX-License-Identifier: BSD-2-Clause */
/* The client of the row in which both sides use floating point in each round. */
#include <microkit.h>

#include "bench.h"

#define SERVER 0

static volatile double number = 1.0;

BENCH_ROW(empty, number = number * 1.5)
BENCH_ROW(call_fpu, (number = number * 1.5,
			    (void)microkit_ppcall(SERVER, microkit_msginfo_new(0, 0))))

void init(void)
{
	uint64_t nothing = empty();
	uint64_t all = call_fpu();

	bench_print("iterations", ITERATIONS);
	bench_print("empty", nothing);
	bench_print("call_fpu", all);
	bench_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
