/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of the model device: devices/virtio/test/model.c. */
#pragma once

#include <stdint.h>

uint32_t mmio_read(uintptr_t registers, uint32_t offset);
uint16_t mmio_read_16(uintptr_t registers, uint32_t offset);
void mmio_write(uintptr_t registers, uint32_t offset, uint32_t value);
