/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of a refused call, debug configuration: the library says so on
 * the debug console and goes on. release/include has the silent counterpart.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/limits.h>

/* Print "<this PD>: <function>: invalid channel <id>". */
void microkit_invalid_channel(const char *function, uint64_t id);

/* Complain if `status` says that the kernel refused `function` on channel `id`. */
static inline void microkit_complain(uint64_t status, const char *function, uint64_t id)
{
	if (status != STATUS_OK) {
		microkit_invalid_channel(function, id);
	}
}

/* May channel `id` be deferred? `granted`: bit n is set if channel n exists. */
static inline bool microkit_deferrable(
	uint64_t granted, const char *function, uint64_t id)
{
	if (id < CHANNEL_MAX && (granted >> id & 1) != 0) {
		return true;
	}
	microkit_invalid_channel(function, id);
	return false;
}
