/* SPDX-License-Identifier: BSD-2-Clause */
/* The console of a program; see console.h. */
#include "console.h"

#include <devices/serial/client.h>
#include <stdint.h>

#include "posix.h"

#define NO_KEY (-1)

/* Typed, taken from the serial class, and not yet read. */
static struct {
	unsigned char bytes[256];
	size_t start, count;
} ahead;

void console_start(void)
{
	if (serial_config)
		serial_init();
}

void posix_flush(void)
{
	if (serial_config)
		serial_flush();
}

bool posix_type_ahead(int key)
{
	unsigned char byte;
	bool found = false;

	while (serial_config && ahead.count < sizeof ahead.bytes &&
		serial_read(&byte, 1) == 1) {
		if (byte == key)
			found = true;
		else
			ahead.bytes[(ahead.start + ahead.count++) % sizeof ahead.bytes] =
				byte;
	}
	return found;
}

size_t posix_typed(void *data, size_t bytes)
{
	unsigned char *next = data;
	size_t count = 0;

	for (; count < bytes && ahead.count > 0; count++, ahead.count--) {
		next[count] = ahead.bytes[ahead.start];
		ahead.start = (ahead.start + 1) % sizeof ahead.bytes;
	}
	return count > 0 || !serial_config ? count : serial_read(data, bytes);
}

bool console_waiting(void)
{
	(void)posix_type_ahead(NO_KEY);
	return ahead.count > 0;
}

long console_read(void *data, size_t bytes)
{
	size_t count = 0;

	if (!serial_config || bytes == 0)
		return 0;
	serial_flush();
	while ((count = posix_typed(data, bytes)) == 0)
		posix_wait(UINT64_MAX);
	return (long)count;
}

bool console_drained(void)
{
	posix_flush();
	return !serial_config || serial_drained();
}

long console_write(const void *data, size_t bytes)
{
	const unsigned char *rest = data;
	size_t left = serial_config ? bytes : 0;

	while (left > 0) {
		size_t count = serial_write(rest, left);

		rest += count;
		left -= count;
		if (left > 0)
			posix_wait(UINT64_MAX);
	}
	return (long)bytes;
}
