/* SPDX-License-Identifier: BSD-2-Clause */
/* A client of the passive server; two PDs run this program. */
#include <microkit.h>

#define SERVER 1
#define CALLS 2

void init(void)
{
	for (unsigned int i = 0; i < CALLS; i++) {
		uint32_t answer;

		microkit_ppcall(SERVER, microkit_msginfo_new(0, 0));
		answer = (uint32_t)microkit_mr_get(0);
		microkit_dbg_puts(microkit_name);
		microkit_dbg_puts(": the server says ");
		microkit_dbg_put32(answer);
		microkit_dbg_puts("\n");
	}
}

void notified(microkit_channel ch)
{
	(void)ch;
}
