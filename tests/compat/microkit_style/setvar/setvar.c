/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <microkit.h>

uintptr_t chosen_vaddr;
uintptr_t chosen_size;
uintptr_t chosen_paddr;
uintptr_t large_vaddr;
uintptr_t large_paddr = 5;

static void expect(const char *what, int good)
{
	microkit_dbg_puts(what);
	microkit_dbg_puts(good ? ": as expected\n" : ": wrong\n");
}

void init(void)
{
	volatile uint64_t *chosen = (volatile uint64_t *)chosen_vaddr;
	volatile uint64_t *large = (volatile uint64_t *)large_vaddr;

	expect("chosen_vaddr", chosen_vaddr == 0x5000000);
	expect("chosen_size", chosen_size == 0x2000);
	expect("chosen_paddr", chosen_paddr != 0 && chosen_paddr % 0x1000 == 0);
	expect("large_paddr", large_paddr != 0 && large_paddr % 0x200000 == 0);
	expect("regions are zero", chosen[0] == 0 && large[0] == 0);
	chosen[0x3ff] = 1;
	large[0x3ffff] = 2;
	expect("regions can be written", chosen[0x3ff] == 1 && large[0x3ffff] == 2);
}

void notified(microkit_channel ch)
{
}
