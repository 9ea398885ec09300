/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console of the tests: prints what its clients hand over (console.h).
 *
 * It polls: a test's text is short, and an interrupt would change what is tested.
 */
#include <stdint.h>
#include <microkit.h>

#include "console.h"

/* PL011 technical reference manual, Arm DDI 0183, section 3.2. */
#define PL011_DR (0x00 / 4)
#define PL011_FR (0x18 / 4)
#define PL011_LCR_H (0x2c / 4)
#define PL011_CR (0x30 / 4)
#define PL011_FR_TXFF (1u << 5)
#define PL011_LCR_H_FEN (1u << 4)
#define PL011_LCR_H_WLEN_8 (3u << 5)
#define PL011_CR_UARTEN (1u << 0)
#define PL011_CR_TXE (1u << 8)

#define POLL_LIMIT 10000000u /* far above a FIFO's drain at any usual speed */

volatile uint32_t *pl011; /* set by the system file: its registers */

static void put(unsigned char c)
{
	for (unsigned i = 0; i < POLL_LIMIT && (pl011[PL011_FR] & PL011_FR_TXFF) != 0;
		i++) {
	}
	pl011[PL011_DR] = c;
}

void init(void)
{
	pl011[PL011_LCR_H] = PL011_LCR_H_WLEN_8 | PL011_LCR_H_FEN;
	pl011[PL011_CR] = PL011_CR_UARTEN | PL011_CR_TXE;
}

void notified(microkit_channel ch)
{
	(void)ch;
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	uint64_t words = microkit_msginfo_get_count(msginfo);

	(void)ch;
	for (uint64_t i = 0; i < words && i < CONSOLE_WORDS; i++) {
		uint64_t packed = microkit_mr_get((seL4_Uint8)i);

		for (unsigned byte = 0; byte < 8; byte++) {
			unsigned char c = (unsigned char)(packed >> (8 * byte));

			if (c != '\0') {
				put(c);
			}
		}
	}
	return microkit_msginfo_new(0, 0);
}
