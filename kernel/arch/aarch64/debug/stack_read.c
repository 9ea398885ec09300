/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel does not map PDs' memory. In the debug configuration its root
 * table has the board's RAM, read-only at its physical address (image.h).
 */
#include "stack_read.h"

#include <arch/arch.h>

/* PAR_EL1 (Arm ARM, D13): F, and the physical address. */
#define PAR_F 1ull
#define PAR_PA 0x000ffffffffff000ull

/* Translates as EL0 or as EL2; false: the access would fault. */
static bool translated(uint64_t *address, bool as_kernel)
{
	uint64_t par;

	if (as_kernel)
		__asm__ volatile("at s1e2r, %1\n\tisb\n\tmrs %0, par_el1"
				 : "=r"(par)
				 : "r"(*address));
	else
		__asm__ volatile("at s12e0r, %1\n\tisb\n\tmrs %0, par_el1"
				 : "=r"(par)
				 : "r"(*address));
	if ((par & PAR_F) != 0)
		return false;
	*address = (par & PAR_PA) | (*address & (PAGE_BYTES - 1u));
	return true;
}

bool stack_read(uint8_t pd, uint64_t vaddr, uint64_t *word)
{
	uint64_t paddr = vaddr;
	uint64_t mapped;

	(void)pd;
	if (vaddr % sizeof *word != 0 || !translated(&paddr, false))
		return false;
	mapped = paddr;
	if (!translated(&mapped, true) || mapped != paddr)
		return false;
	*word = *(const volatile uint64_t *)paddr;
	return true;
}
