/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of input, put together and echoed as it is typed. */
#pragma once

#include <devices/serial/client.h>

#define LINE_BYTES 64u

struct line {
	uint32_t bytes; /* so far; the rest of a longer line is dropped */
	char text[LINE_BYTES + 1];
};

/* Takes what was typed; true when a line is complete, and then text ends with NUL. */
static inline bool line_read(struct line *line)
{
	char c;

	while (serial_read(&c, 1) == 1) {
		if (c == '\r' || c == '\n') {
			serial_puts("\n");
			line->text[line->bytes] = '\0';
			line->bytes = 0;
			return true;
		}
		if (c >= ' ' && c <= '~' && line->bytes < LINE_BYTES) {
			line->text[line->bytes++] = c;
			serial_print(&c, 1);
		}
	}
	serial_flush();
	return false;
}
