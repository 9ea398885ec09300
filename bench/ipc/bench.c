/* SPDX-License-Identifier: BSD-2-Clause */
/* Printing of the measuring PDs, on a PL011 that the emulator drains at once. */
#include "bench.h"

#define PL011_DR 0 /* Arm DDI 0183, section 3.2; in words */
#define PL011_LCR_H (0x2c / 4)
#define PL011_CR (0x30 / 4)
#define PL011_LCR_H_WLEN_8 (3u << 5)
#define PL011_CR_UARTEN (1u << 0)
#define PL011_CR_TXE (1u << 8)

#define DIGITS 20 /* of the longest 64-bit number */

volatile uint32_t *uart = (volatile uint32_t *)1; /* not in .bss: it is patched */

static void put(const char *text)
{
	for (; *text != '\0'; text++) {
		uart[PL011_DR] = (unsigned char)*text;
	}
}

static void start(void)
{
	uart[PL011_LCR_H] = PL011_LCR_H_WLEN_8;
	uart[PL011_CR] = PL011_CR_UARTEN | PL011_CR_TXE;
}

void bench_print(const char *name, uint64_t value)
{
	char text[DIGITS + 1];
	unsigned at = DIGITS;

	text[at] = '\0';
	do {
		text[--at] = (char)('0' + value % 10u);
		value /= 10u;
	} while (value != 0);
	start();
	put(name);
	put(" ");
	put(&text[at]);
	put("\n");
}

void bench_end(void)
{
	put("end\n");
}
