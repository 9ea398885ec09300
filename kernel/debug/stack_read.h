/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a PD's memory for its post-mortem, debug configuration only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * The word at a virtual address of the running PD. false where nothing
 * readable is mapped, or where it is no RAM.
 */
bool stack_read(uint8_t pd, uint64_t vaddr, uint64_t *word);
