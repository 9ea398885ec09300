/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access to a device's registers: the layer that a host test replaces by its model of a
 * device, by putting its own file of this name first in the include path.
 *
 * Accesses to one device keep their order (Device-nGnRE memory; Arm ARM DDI 0487,
 * B2.7.2). A write that makes the device look at memory needs a shared_fence before it.
 */
#pragma once

#include <stdint.h>

static inline uint32_t mmio_read(uintptr_t registers, uint32_t offset)
{
	return *(const volatile uint32_t *)(registers + offset);
}

/* A register, or a field of one, that is to be read as 16 bits. */
static inline uint16_t mmio_read_16(uintptr_t registers, uint32_t offset)
{
	return *(const volatile uint16_t *)(registers + offset);
}

static inline void mmio_write(uintptr_t registers, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(registers + offset) = value;
}
