/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lowest priority of a system: when this PD runs, nobody else can. Asked by a
 * notification, it answers with one as soon as all others wait for something.
 */
#include <microkit.h>

void init(void)
{
}

void notified(microkit_channel ch)
{
	microkit_notify(ch);
}
