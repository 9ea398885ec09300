/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arm Architecture Reference Manual (DDI 0487), D7.5: cache maintenance by address. The
 * kernel lets PDs use it (SCTLR_EL1.UCI). DC IVAC is not for EL0: invalidating cleans too,
 * and finds nothing to clean, since nobody writes to what a device writes to.
 */
#include "cache.h"

#define LINE_BYTES \
	64u /* the smallest of the cores that we know; a larger one works too */

void cache_clean(uintptr_t start, uint64_t bytes)
{
	uintptr_t end = start + bytes;
	for (uintptr_t line = start & ~(LINE_BYTES - 1ull); line < end;
		line += LINE_BYTES)
		__asm__ volatile("dc cvac, %0" : : "r"(line) : "memory");
	__asm__ volatile("dsb sy" : : : "memory");
}

void cache_invalidate(uintptr_t start, uint64_t bytes)
{
	uintptr_t end = start + bytes;
	for (uintptr_t line = start & ~(LINE_BYTES - 1ull); line < end;
		line += LINE_BYTES)
		__asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
	__asm__ volatile("dsb sy" : : : "memory");
}
