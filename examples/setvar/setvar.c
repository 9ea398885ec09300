/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the variables that the tool has set. */
#include <microkit.h>

uintptr_t buffer;       /* where the region is mapped */
uint64_t buffer_bytes;  /* how large it is */
uintptr_t buffer_paddr; /* where it is in physical memory, for a device say */
uint64_t peer = 99;     /* this side's number of the channel */

volatile uint32_t untouched = 99; /* named by nothing in the system file */

static void print_hex(const char *name, uint64_t value)
{
	microkit_dbg_puts(name);
	microkit_dbg_puts(" = 0x");
	for (unsigned int shift = 32; shift > 0; shift -= 4) {
		microkit_dbg_putc("0123456789abcdef"[value >> (shift - 4) & 0xf]);
	}
	microkit_dbg_puts("\n");
}

void init(void)
{
	print_hex("buffer", buffer);
	print_hex("buffer_bytes", buffer_bytes);
	print_hex("buffer_paddr", buffer_paddr);
	microkit_dbg_puts("peer = ");
	microkit_dbg_put32((uint32_t)peer);
	microkit_dbg_puts("\nuntouched = ");
	microkit_dbg_put32(untouched);
	microkit_dbg_puts("\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
