/* SPDX-License-Identifier: BSD-2-Clause */
/* What client libraries and drivers that are called use of libmicrokit; a test answers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef unsigned int microkit_channel;
typedef struct {
	uint64_t label;
	uint64_t count;
} microkit_msginfo;

#define MICROKIT_PPC_ABORTED 0xfffffffffffffull

microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo);
void microkit_mr_set(uint8_t mr, uint64_t value);
uint64_t microkit_mr_get(uint8_t mr);
void microkit_notify(microkit_channel ch);
void microkit_deferred_irq_ack(microkit_channel ch);
void microkit_dbg_puts(const char *text);

void init(void);
void notified(microkit_channel ch);
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo);

static inline microkit_msginfo microkit_msginfo_new(uint64_t label, uint16_t count)
{
	return (microkit_msginfo){ label, count };
}

static inline uint64_t microkit_msginfo_get_label(microkit_msginfo msginfo)
{
	return msginfo.label;
}

static inline uint64_t microkit_msginfo_get_count(microkit_msginfo msginfo)
{
	return msginfo.count;
}
