/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debug console for tests in release: characters go to the console PD.
 *
 * Linked before libmicrokit.a, whose empty functions of these names are then not
 * taken. The callers know nothing of it, so the message word that carries the
 * text is put back after each call.
 */
#include <microkit.h>

#include "console.h"

#define CONSOLE 61 /* the channel: tests/qemu.py, console_xml */

/* Hand over the start of `text`, as much as one message word holds. */
static const char *put_word(const char *text)
{
	uint64_t saved = microkit_mr_get(0);
	char piece[sizeof(uint64_t) + 1];
	unsigned int i = 0;

	for (; i < sizeof(uint64_t) && text[i] != '\0'; i++) {
		piece[i] = text[i];
	}
	piece[i] = '\0';
	console_puts(CONSOLE, piece);
	microkit_mr_set(0, saved);
	return &text[i];
}

void microkit_dbg_puts(const char *s)
{
	while (*s != '\0') {
		s = put_word(s);
	}
}

void microkit_dbg_putc(int c)
{
	const char text[] = { (char)c, '\0' };

	put_word(text);
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
