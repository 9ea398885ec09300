/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's console on a PL011 that firmware or reset has set up.
 */
#include <stdint.h>

#include <kernel/image.h>

#include "console.h"

#define PL011_DR 0x00u
#define PL011_FR 0x18u
#define PL011_FR_TXFF (1u << 5)

#define CONSOLE_POLL_MAX 1000000u /* then the character is dropped */

static volatile uint32_t *pl011_register(unsigned offset)
{
	return (volatile uint32_t *)(KERNEL_VA_UART + offset);
}

enum status console_putc(char c)
{
	for (unsigned i = 0; i < CONSOLE_POLL_MAX; i++) {
		if ((*pl011_register(PL011_FR) & PL011_FR_TXFF) == 0) {
			*pl011_register(PL011_DR) = (uint8_t)c;
			return STATUS_OK;
		}
	}
	return STATUS_BAD_STATE;
}

void console_puts(const char *s)
{
	for (; *s != '\0'; s++)
		(void)console_putc(*s);
}

void console_hex(uint64_t value)
{
	console_puts("0x");
	for (unsigned shift = 64; shift > 0; shift -= 4u)
		(void)console_putc("0123456789abcdef"[value >> (shift - 4u) & 15u]);
}

void console_boot(void)
{
	console_puts("LIONSOS|kernel, debug configuration\n");
}

void console_panic(uint64_t esr, uint64_t elr, uint64_t far)
{
	console_puts("LIONSOS|KERNEL EXCEPTION esr ");
	console_hex(esr);
	console_puts(" pc ");
	console_hex(elr);
	console_puts(" address ");
	console_hex(far);
	(void)console_putc('\n');
}
