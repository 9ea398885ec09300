/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of a refused call, release and benchmark configurations: nothing.
 * debug/include has the talking counterpart.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <kernel/limits.h>

static inline void microkit_complain(uint64_t status, const char *function, uint64_t id)
{
	(void)status;
	(void)function;
	(void)id;
}

/*
 * May channel `id` be deferred? One that is out of range would name a slot of
 * another kind; one that does not exist is ignored by the kernel.
 */
static inline bool microkit_deferrable(
	uint64_t granted, const char *function, uint64_t id)
{
	(void)granted;
	(void)function;
	return id < CHANNEL_MAX;
}
