/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * More of the ELF reader than model.h shows: symbols one by one, and whether
 * the code uses floating point.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

struct elf_symbol {
	const char *name; /* NUL-terminated, in elf->data */
	uint64_t vaddr;
	uint64_t bytes;
	unsigned type; /* STT_* */
	bool global;   /* global or weak */
};

/* Number of entries of the symbol table; 0 without one. */
size_t elf_symbol_count(const struct elf *elf);
/*
 * Reads entry `index`. False where the entry defines nothing (an undefined
 * symbol, or one whose name is not inside the string table).
 */
bool elf_symbol_at(const struct elf *elf, size_t index, struct elf_symbol *symbol);

/*
 * Address of the first floating-point or SIMD instruction of the executable
 * segments, by the ELF's own map of code and data ($x and $d symbols, "ELF for
 * the Arm 64-bit Architecture", 5.5.4). False where there is none or no map.
 */
bool elf_fpu_use(const struct elf *elf, uint64_t *vaddr);
