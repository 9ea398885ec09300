/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A passive server: after init() it has no time of its own. A call runs on the
 * budget of the client that makes it.
 */
#include <microkit.h>

static uint32_t calls;

void init(void)
{
	microkit_dbg_puts("server: ready\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	(void)msginfo;
	calls++;
	microkit_dbg_puts("server: call ");
	microkit_dbg_put32(calls);
	microkit_dbg_puts(", from channel ");
	microkit_dbg_put32(ch);
	microkit_dbg_puts("\n");
	microkit_mr_set(0, calls);
	return microkit_msginfo_new(0, 1);
}
