/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's error message, on a PL011 as firmware or reset left it. Source:
 * Arm PL011 TRM (DDI 0183), 3.3.
 */
#include "loader.h"

#define PL011_DR 0x00u
#define PL011_FR 0x18u
#define PL011_FR_TXFF (1u << 5)
#define POLL_MAX 1000000u

static void put(uint64_t uart, char c)
{
	volatile uint32_t *flags = (volatile uint32_t *)(uart + PL011_FR);

	for (unsigned i = 0; i < POLL_MAX && (*flags & PL011_FR_TXFF) != 0; i++)
		;
	*(volatile uint32_t *)(uart + PL011_DR) = (uint8_t)c;
}

static void puts_at(uint64_t uart, const char *s)
{
	for (; *s != '\0'; s++)
		put(uart, *s);
}

static void hex_at(uint64_t uart, uint64_t value)
{
	puts_at(uart, "0x");
	for (unsigned shift = 64; shift > 0; shift -= 4u) {
		unsigned digit = (unsigned)(value >> (shift - 4u)) & 15u;

		put(uart, (char)(digit < 10u ? '0' + digit : 'a' + digit - 10u));
	}
}

_Noreturn void loader_stop(
	const struct boot_header *boot, const char *why, uint64_t found, uint64_t wanted)
{
	uint64_t uart = boot->uart_paddr;

	puts_at(uart, "LIONSOS|loader: ");
	puts_at(uart, why);
	puts_at(uart, ": ");
	hex_at(uart, found);
	puts_at(uart, ", must be ");
	hex_at(uart, wanted);
	puts_at(uart, "\nLIONSOS|stopped\n");
	for (;;)
		__asm__ volatile("wfi");
}
