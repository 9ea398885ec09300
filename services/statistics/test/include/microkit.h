/* SPDX-License-Identifier: BSD-2-Clause */
/* What the service and its client use of libmicrokit; the test is the kernel. */
#pragma once

#include <kernel/statistics.h>
#include <stdint.h>

typedef unsigned int microkit_channel;
typedef uint64_t microkit_msginfo;

void init(void);
void notified(microkit_channel ch);
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo);

unsigned int microkit_statistics_read(unsigned int pd, struct pd_statistics *statistics);

static inline microkit_msginfo microkit_msginfo_new(uint64_t label, uint16_t count)
{
	return label << 12 | count;
}

/* There is one service: what a client calls is its protected(). */
static inline microkit_msginfo microkit_ppcall(
	microkit_channel ch, microkit_msginfo msginfo)
{
	return protected(ch, msginfo);
}
