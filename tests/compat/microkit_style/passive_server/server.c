/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <microkit.h>

#define CLIENT 2

void init(void)
{
	microkit_dbg_puts("server: init\n");
}

void notified(microkit_channel ch)
{
	microkit_dbg_puts(ch == CLIENT ? "server: notified\n" : "server: notified?\n");
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	seL4_Word *words = seL4_GetIPCBuffer()->msg;

	if (ch != CLIENT || microkit_msginfo_get_label(msginfo) != 5) {
		return microkit_msginfo_new(0, 0);
	}
	microkit_mr_set(0, words[0] + words[1]);
	return microkit_msginfo_new(6, 1);
}
