/* SPDX-License-Identifier: BSD-2-Clause */
/* Cache maintenance from EL0, by address, to the point of coherency. */
#include <microkit.h>

#define LINE_BYTES (1ul << CONFIG_L1_CACHE_LINE_SIZE_BITS)

static void clean_invalidate(seL4_Word start, seL4_Word end)
{
	for (seL4_Word line = start & ~(LINE_BYTES - 1); line < end; line += LINE_BYTES) {
		__asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
	}
	/* Partner: the device. What follows happens after all lines are out. */
	__asm__ volatile("dsb sy" : : : "memory");
}

seL4_Error seL4_ARM_VSpace_CleanInvalidate_Data(
	seL4_ARM_VSpace service, seL4_Word start, seL4_Word end)
{
	(void)service;
	clean_invalidate(start, end);
	return seL4_NoError;
}

seL4_Error seL4_ARM_VSpace_Invalidate_Data(
	seL4_ARM_VSpace service, seL4_Word start, seL4_Word end)
{
	(void)service;
	clean_invalidate(start, end);
	return seL4_NoError;
}
