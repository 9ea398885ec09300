/* SPDX-License-Identifier: BSD-2-Clause */
/* The server that uses floating point in each call. */
#include <microkit.h>

static volatile double number = 1.0;

void init(void)
{
}

void notified(microkit_channel ch)
{
	(void)ch;
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	(void)ch;
	(void)msginfo;
	number = number * 1.5;
	return microkit_msginfo_new(0, 0);
}
