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
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "model.h"

#define MESSAGE_BYTES 1024

static size_t errors;

struct diagnostic {
	char *file;
	bool has_position;
	struct position at;
	const char *kind;
	char *rule, *fix, *message; /* rule and fix may be NULL */
	size_t order;
};

static struct diagnostic *held;
static size_t num_held;
static bool holding;

/* One line, by one call: stderr has no buffer. */
static void print_line(const char *label, const char *text)
{
	if (text)
		fprintf(stderr, "  %s: %s\n", label, text);
}

static void print(const struct diagnostic *diagnostic)
{
	if (diagnostic->has_position)
		fprintf(stderr, "%s:%zu:%zu: %s: %s\n", diagnostic->file,
			diagnostic->at.row, diagnostic->at.column, diagnostic->kind,
			diagnostic->message);
	else
		fprintf(stderr, "%s: %s: %s\n", diagnostic->file, diagnostic->kind,
			diagnostic->message);
	print_line("rule", diagnostic->rule);
	print_line("fix", diagnostic->fix);
}

/* A copy without control characters; UTF-8 stays as it is. NULL of NULL. */
static char *clean_copy(const char *text)
{
	char *copy;

	if (!text)
		return NULL;
	copy = list_copy_text(text, strlen(text));
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return copy;
}

static void say(const char *file, const struct position *at, const char *kind,
	const char *rule, const char *fix, const char *format, va_list arguments)
{
	char message[MESSAGE_BYTES];
	struct diagnostic diagnostic = { .file = clean_copy(file ? file : "microkit"),
		.has_position = at,
		.kind = kind,
		.rule = clean_copy(rule),
		.fix = clean_copy(fix),
		.order = num_held };

	vsnprintf(message, sizeof(message), format, arguments);
	diagnostic.message = clean_copy(message);
	if (at)
		diagnostic.at = *at;
	if (holding)
		*LIST_ADD(held, num_held) = diagnostic;
	else
		print(&diagnostic);
}

void diag_error(const char *file, const struct position *at, const char *rule,
	const char *fix, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(file, at, "error", rule, fix, format, arguments);
	va_end(arguments);
	errors++;
}

void diag_warning(const char *file, const struct position *at, const char *rule,
	const char *fix, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(file, at, "warning", rule, fix, format, arguments);
	va_end(arguments);
}

size_t diag_errors(void)
{
	return errors;
}

/* What has no position comes first. */
static int by_position(const void *left, const void *right)
{
	const struct diagnostic *l = left, *r = right;

	if (l->at.row != r->at.row)
		return l->at.row < r->at.row ? -1 : 1;
	if (l->at.column != r->at.column)
		return l->at.column < r->at.column ? -1 : 1;
	return l->order < r->order ? -1 : l->order > r->order;
}

void diag_hold(void)
{
	holding = true;
}

void diag_release(void)
{
	if (num_held)
		qsort(held, num_held, sizeof(held[0]), by_position);
	for (size_t i = 0; i < num_held; i++)
		print(&held[i]);
	num_held = 0;
	holding = false;
}
