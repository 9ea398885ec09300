/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers, truth values, permissions, triggers and durations.
 */
#include <string.h>

#include "list.h"
#include "model.h"
#include "sdf_values.h"

static const char white_space[] = " \t\r\n";

/* The digit's value; 16 and above for what is no digit in any base. */
static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10u;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10u;
	return 16u;
}

static bool number_in(const char *text, size_t length, uint64_t *number)
{
	unsigned base = 10;
	uint64_t sum = 0;
	bool any = false;

	if (length > 2 && text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
		length -= 2;
	}
	for (size_t i = 0; i < length; i++) {
		unsigned d = digit(text[i]);

		if (text[i] == '_')
			continue;
		if (d >= base || sum > (UINT64_MAX - d) / base)
			return false;
		sum = sum * base + d;
		any = true;
	}
	if (any)
		*number = sum;
	return any;
}

bool sdf_value_number(const char *text, uint64_t *number)
{
	return number_in(text, strlen(text), number);
}

bool sdf_value_bool(const char *text, bool *value)
{
	bool is_true = strcmp(text, "true") == 0;

	if (!is_true && strcmp(text, "false") != 0)
		return false;
	*value = is_true;
	return true;
}

bool sdf_value_perms(const char *text, unsigned *perms)
{
	unsigned sum = 0;

	for (const char *c = text; *c; c++) {
		if (*c == 'r')
			sum |= PERM_R;
		else if (*c == 'w')
			sum |= PERM_W;
		else if (*c == 'x')
			sum |= PERM_X;
		else
			return false;
	}
	if (!sum)
		return false;
	*perms = sum;
	return true;
}

bool sdf_value_trigger(const char *text, bool *edge)
{
	bool is_edge = strcmp(text, "edge") == 0;

	if (!is_edge && strcmp(text, "level") != 0)
		return false;
	*edge = is_edge;
	return true;
}

bool sdf_value_duration(const char *text, uint64_t *duration, bool *in_ticks)
{
	const char *space = strchr(text, ' ');
	bool ticks;

	if (!space)
		return false;
	ticks = strcmp(space + 1, "ticks") == 0;
	if (!ticks && strcmp(space + 1, "us") != 0)
		return false;
	if (!number_in(text, (size_t)(space - text), duration))
		return false;
	*in_ticks = ticks;
	return true;
}

bool sdf_value_numbers(const char *text, uint32_t **numbers, size_t *count)
{
	uint32_t *list = NULL;
	size_t n = 0;

	text += strspn(text, white_space);
	while (*text) {
		size_t length = strcspn(text, white_space);
		uint64_t number;

		if (!number_in(text, length, &number) || number > UINT32_MAX)
			return false;
		*LIST_ADD(list, n) = (uint32_t)number;
		text += length;
		text += strspn(text, white_space);
	}
	if (!n)
		return false;
	*numbers = list;
	*count = n;
	return true;
}
