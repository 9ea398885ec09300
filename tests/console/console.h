/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Print on the serial line without the debug console: the client's side.
 *
 * A test's system file adds the PD `console`, which owns the PL011, and a channel
 * to it. A client hands a piece of text over by a protected procedure call, eight
 * characters a message word, padded with NUL; the reply is empty. Works in every
 * configuration, so also in release, where the kernel prints nothing.
 *
 * Requires: the client's priority is below the console's.
 * Overwrites the caller's message registers.
 */
#pragma once

#include <stdint.h>
#include <microkit.h>

#define CONSOLE_WORDS 64u /* at most, in one call */

/* Print the NUL-terminated text, of any length. */
static inline void console_puts(microkit_channel ch, const char *text)
{
	while (*text != '\0') {
		unsigned words = 0;

		for (; words < CONSOLE_WORDS && *text != '\0'; words++) {
			uint64_t packed = 0;

			for (unsigned i = 0; i < 8 && *text != '\0'; i++) {
				packed |= (uint64_t)(unsigned char)*text++ << (8 * i);
			}
			microkit_mr_set((seL4_Uint8)words, packed);
		}
		microkit_ppcall(ch, microkit_msginfo_new(0, (seL4_Uint16)words));
	}
}
