/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors and warnings, for people:
 *
 *   file:row:column: error: what is wrong
 *     rule: name: the rule that it breaks
 *     fix: what to write instead
 *
 * What a system file says is quoted in messages, so control characters are
 * replaced before they reach a terminal.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

#define MESSAGE_BYTES 1024

static size_t errors;

/* Prints UTF-8 as it is, but no control character. */
static void print_clean(const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		fputc(c < 0x20 || c == 0x7f ? '?' : c, stderr);
	}
}

static void print(const char *file, const struct position *at, const char *kind,
	const char *rule, const char *fix, const char *message)
{
	print_clean(file ? file : "microkit");
	if (at)
		fprintf(stderr, ":%zu:%zu", at->row, at->column);
	fprintf(stderr, ": %s: ", kind);
	print_clean(message);
	fputc('\n', stderr);
	if (rule) {
		fputs("  rule: ", stderr);
		print_clean(rule);
		fputc('\n', stderr);
	}
	if (fix) {
		fputs("  fix: ", stderr);
		print_clean(fix);
		fputc('\n', stderr);
	}
}

void diag_error(const char *file, const struct position *at, const char *rule,
	const char *fix, const char *format, ...)
{
	char message[MESSAGE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	print(file, at, "error", rule, fix, message);
	errors++;
}

void diag_warning(const char *file, const struct position *at, const char *rule,
	const char *fix, const char *format, ...)
{
	char message[MESSAGE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	print(file, at, "warning", rule, fix, message);
}

size_t diag_errors(void)
{
	return errors;
}
