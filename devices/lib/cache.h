/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache maintenance for devices that do not see the caches; virtualisers only.
 *
 * The memory is mapped for reading at least. Both work on whole cache lines and return
 * when it is done. A device's buffers share no cache line with anything else.
 */
#pragma once

#include <stdint.h>

/* What this core has written to the memory can be seen by the device. */
void cache_clean(uintptr_t start, uint64_t bytes);

/* What the device has written to the memory can be seen by all cores. */
void cache_invalidate(uintptr_t start, uint64_t bytes);
