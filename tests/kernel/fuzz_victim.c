/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fuzzer's child, which it stops, restarts, and gives random registers. Runs
 * a little, tries what only the kernel may, and waits.
 */
#include <microkit.h>

static volatile uint64_t counter;

void init(void)
{
	for (unsigned i = 0; i < 100; i++) {
		counter++;
	}
}

void notified(microkit_channel ch)
{
	(void)ch;
	__asm__ volatile("msr daifset, #15");
}
