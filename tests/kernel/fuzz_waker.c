/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifies the fuzzer whenever it may run, so that no receive lasts for ever. */
#include <microkit.h>

void init(void)
{
	for (;;) {
		microkit_notify(0);
	}
}

void notified(microkit_channel ch)
{
	(void)ch;
}
