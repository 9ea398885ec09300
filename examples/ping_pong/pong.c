/* SPDX-License-Identifier: BSD-2-Clause */
/* The server: doubles the words of a call, answers a notification with one. */
#include <microkit.h>

#define PING 3

void init(void)
{
}

void notified(microkit_channel ch)
{
	if (ch == PING) {
		microkit_dbg_puts("pong: notified, notify back\n");
		/* Sent by the same system call that waits for the next event. */
		microkit_deferred_notify(PING);
	}
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	uint64_t count = microkit_msginfo_get_count(msginfo);

	(void)ch;
	for (uint8_t i = 0; i < count; i++) {
		microkit_mr_set(i, 2 * microkit_mr_get(i));
	}
	return microkit_msginfo_new(
		microkit_msginfo_get_label(msginfo) + 100, (uint16_t)count);
}
