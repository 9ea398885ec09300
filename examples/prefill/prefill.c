/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints a region that the tool has filled from a file. */
#include <microkit.h>

const char *poem;    /* set by the tool: where the region is mapped */
uint64_t poem_bytes; /* the length of the file */
uint64_t region_bytes;

void init(void)
{
	bool zero = true;

	for (uint64_t i = 0; i < poem_bytes; i++) {
		microkit_dbg_putc(poem[i]);
	}
	for (uint64_t i = poem_bytes; i < region_bytes; i++) {
		zero = zero && poem[i] == 0;
	}
	microkit_dbg_puts(zero ? "(zeros behind it)\n" : "(something behind it)\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
