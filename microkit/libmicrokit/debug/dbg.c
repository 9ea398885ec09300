/* SPDX-License-Identifier: BSD-2-Clause */
/* The debug console, debug configuration: characters go through the kernel. */
#include <microkit.h>

void microkit_dbg_putc(int c)
{
	microkit_svc_debug_putc((unsigned char)c);
}

void microkit_dbg_puts(const char *s)
{
	for (; *s != '\0'; s++) {
		microkit_dbg_putc(*s);
	}
}

void microkit_dbg_put8(seL4_Uint8 x)
{
	microkit_dbg_put32(x);
}

void microkit_dbg_put32(seL4_Uint32 x)
{
	char digits[sizeof "4294967295"];
	unsigned int i = sizeof digits - 1;

	digits[i] = '\0';
	do {
		digits[--i] = (char)('0' + x % 10);
		x /= 10;
	} while (x != 0);
	microkit_dbg_puts(&digits[i]);
}
