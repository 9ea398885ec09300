/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <microkit.h>

#define SERVER 1

void init(void)
{
	seL4_MessageInfo_t reply;

	seL4_SetMR(0, 20);
	seL4_SetMR(1, 22);
	reply = microkit_ppcall(SERVER, seL4_MessageInfo_new(5, 0, 0, 2));
	if (seL4_MessageInfo_get_label(reply) == 6 &&
		seL4_MessageInfo_get_length(reply) == 1 && seL4_GetMR(0) == 42) {
		microkit_dbg_puts("client: the sum is right\n");
	} else {
		microkit_dbg_puts("client: the sum is wrong\n");
	}
	microkit_notify(SERVER);
	/* No such channel: nothing happens but a message. */
	reply = microkit_ppcall(9, microkit_msginfo_new(1, 0));
	if (reply.words[0] == 0) {
		microkit_dbg_puts("client: an empty reply from nobody\n");
	}
}

void notified(microkit_channel ch)
{
}
