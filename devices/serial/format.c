/* SPDX-License-Identifier: BSD-2-Clause */
/* serial_printf: the few conversions that a console needs. */
#include <stdarg.h>

#include "client.h"

#define DIGITS_MAX 20u /* of 2^64 in decimal */
#define WIDTH_MAX 64u

struct conversion {
	bool zeros; /* pad with '0', not ' ' */
	bool is_long;
	uint32_t width; /* at least; <= WIDTH_MAX */
};

static void pad(const struct conversion *c, size_t bytes)
{
	for (size_t i = bytes; i < c->width; i++)
		serial_print(c->zeros ? "0" : " ", 1);
}

static void put_number(
	const struct conversion *c, uint64_t value, bool negative, uint32_t base)
{
	char digits[DIGITS_MAX];
	size_t at = DIGITS_MAX;
	size_t bytes;

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	bytes = DIGITS_MAX - at + negative;
	if (!c->zeros)
		pad(c, bytes);
	if (negative)
		serial_print("-", 1);
	if (c->zeros)
		pad(c, bytes);
	serial_print(&digits[at], DIGITS_MAX - at);
}

static void put_text(const struct conversion *c, const char *text)
{
	size_t bytes = 0;

	while (text[bytes] != '\0')
		bytes++;
	pad(c, bytes);
	serial_print(text, bytes);
}

/* Reads flag, width and length behind a '%'; returns what is behind them. */
static const char *read_conversion(const char *format, struct conversion *c)
{
	*c = (struct conversion){ 0 };
	c->zeros = *format == '0';
	for (; *format >= '0' && *format <= '9'; format++)
		if (c->width <= WIDTH_MAX)
			c->width = c->width * 10u + (uint32_t)(*format - '0');
	if (c->width > WIDTH_MAX)
		c->width = WIDTH_MAX;
	c->is_long = *format == 'l';
	for (int i = 0; i < 2 && *format == 'l'; i++) /* long long has 64 bits too */
		format++;
	return format;
}

static void put_signed(const struct conversion *c, int64_t value)
{
	put_number(c, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, 10);
}

void serial_printf(const char *format, ...)
{
	va_list arguments;
	struct conversion c;
	char letter;

	va_start(arguments, format);
	while (*format != '\0') {
		const char *plain = format;

		while (*format != '\0' && *format != '%')
			format++;
		if (format != plain)
			serial_print(plain, (size_t)(format - plain));
		if (*format == '\0')
			break;
		plain = format;
		format = read_conversion(format + 1, &c);
		letter = *format != '\0' ? *format++ : '\0';
		if (letter == 's') {
			put_text(&c, va_arg(arguments, const char *));
		} else if (letter == 'c') {
			char character = (char)va_arg(arguments, int);
			serial_print(&character, 1);
		} else if (letter == 'd') {
			put_signed(&c, c.is_long ? va_arg(arguments, long)
						 : va_arg(arguments, int));
		} else if (letter == 'u' || letter == 'x') {
			put_number(&c,
				c.is_long ? va_arg(arguments, unsigned long)
					  : va_arg(arguments, unsigned int),
				false, letter == 'u' ? 10 : 16);
		} else if (letter == '%') {
			serial_print("%", 1);
		} else {
			serial_print(plain, (size_t)(format - plain));
		}
	}
	va_end(arguments);
}
