/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts the characters of each line. */
#include <devices/serial/client.h>

#include "line.h"

static struct line line;

void init(void)
{
	serial_init();
	serial_puts("type a line, and I count it; Ctrl-\\ 0 is for the other\n");
}

void notified(microkit_channel ch)
{
	if (ch != serial_rx_channel())
		return;
	while (line_read(&line)) {
		unsigned int count = 0;

		while (line.text[count] != '\0')
			count++;
		serial_printf("%u characters\n", count);
	}
}
