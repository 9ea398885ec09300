/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers each line in capitals. */
#include <devices/serial/client.h>

#include "line.h"

static struct line line;

void init(void)
{
	serial_init();
	serial_puts("type a line, and I shout it; Ctrl-\\ 1 is for the other\n");
}

void notified(microkit_channel ch)
{
	if (ch != serial_rx_channel())
		return;
	while (line_read(&line)) {
		for (char *c = line.text; *c != '\0'; c++)
			if (*c >= 'a' && *c <= 'z')
				*c = (char)(*c - 'a' + 'A');
		serial_printf("%s!\n", line.text);
	}
}
