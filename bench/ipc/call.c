/* SPDX-License-Identifier: BSD-2-Clause */
/* The client of the rows that measure a protected procedure call. */
#include <microkit.h>

#include "bench.h"

#define SERVER 0

BENCH_ROW(empty, (void)0)
BENCH_ROW(call_0w, (void)microkit_ppcall(SERVER, microkit_msginfo_new(0, 0)))
BENCH_ROW(call_4w, (void)microkit_ppcall(SERVER, microkit_msginfo_new(0, 4)))
BENCH_ROW(call_64w, (void)microkit_ppcall(SERVER, microkit_msginfo_new(0, 64)))

void init(void)
{
	uint64_t nothing = empty();
	uint64_t none = call_0w();
	uint64_t four = call_4w();
	uint64_t most = call_64w();

	bench_print("iterations", ITERATIONS);
	bench_print("empty", nothing);
	bench_print("call_0w", none);
	bench_print("call_4w", four);
	bench_print("call_64w", most);
	bench_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
