/* SPDX-License-Identifier: BSD-2-Clause */
/* The console of a program; see console.h. */
#include "console.h"

#include <devices/serial/client.h>
#include <stdint.h>

#include "posix.h"

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

size_t posix_typed(void *data, size_t bytes)
{
	return serial_config ? serial_read(data, bytes) : 0;
}

long console_read(void *data, size_t bytes)
{
	size_t count = 0;

	if (!serial_config || bytes == 0)
		return 0;
	serial_flush();
	while ((count = serial_read(data, bytes)) == 0)
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
