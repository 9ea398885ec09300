/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client: calls pong without words and with as many as fit, then sends it a
 * notification and waits for one.
 */
#include <microkit.h>

#define PONG 0

#define FIRST_WORD 1000u

static void call_empty(void)
{
	microkit_msginfo reply = microkit_ppcall(PONG, microkit_msginfo_new(1, 0));

	microkit_dbg_puts("ping: call without words, answered with label ");
	microkit_dbg_put32((uint32_t)microkit_msginfo_get_label(reply));
	microkit_dbg_puts("\n");
}

static void call_full(void)
{
	microkit_msginfo reply;
	uint32_t right = 0;

	for (uint8_t i = 0; i < MESSAGE_WORDS; i++) {
		microkit_mr_set(i, FIRST_WORD + i);
	}
	reply = microkit_ppcall(PONG, microkit_msginfo_new(2, MESSAGE_WORDS));
	for (uint8_t i = 0; i < microkit_msginfo_get_count(reply); i++) {
		right += microkit_mr_get(i) == 2 * (FIRST_WORD + i);
	}
	microkit_dbg_puts("ping: call with 64 words, doubled in the answer: ");
	microkit_dbg_put32(right);
	microkit_dbg_puts("\n");
}

void init(void)
{
	call_empty();
	call_full();
	microkit_dbg_puts("ping: notify\n");
	microkit_notify(PONG);
}

void notified(microkit_channel ch)
{
	if (ch == PONG) {
		microkit_dbg_puts("ping: notified\n");
	}
}
