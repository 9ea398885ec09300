/* SPDX-License-Identifier: BSD-2-Clause */
/* The other side of every row: answers with as many words as it got. */
#include <microkit.h>

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
	return microkit_msginfo_new(0, (uint16_t)microkit_msginfo_get_count(msginfo));
}
