/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD that reads from address 0, three calls deep. */
#include <microkit.h>

static volatile int *volatile nowhere;
static volatile int result;

__attribute__((noinline)) static int crash_deep(volatile int *address)
{
	return *address + 1;
}

__attribute__((noinline)) static int crash_middle(volatile int *address)
{
	return crash_deep(address) * 3;
}

void init(void)
{
	microkit_dbg_puts("crash: now\n");
	result = crash_middle(nowhere);
	microkit_dbg_puts("crash: still there\n");
}

void notified(microkit_channel channel)
{
	(void)channel;
}
