/* SPDX-License-Identifier: BSD-2-Clause */
/* Cases and expectations of the kernel's tests: see testing.h. */
#include <stddef.h>

#include "testing.h"

static struct {
	const char *name; /* of the open case; NULL: none */
	bool failed;      /* its line has been printed */
} now;

void out_hex(uint64_t value)
{
	char text[19] = "0x";
	unsigned length = 2;

	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned digit = (unsigned)(value >> shift) & 15;

		if (digit != 0 || length > 2 || shift == 0) {
			text[length++] = (char)(digit < 10 ? '0' + digit
							   : 'a' + digit - 10);
		}
	}
	text[length] = '\0';
	out(text);
}

void out_decimal(uint64_t value)
{
	char text[21];
	unsigned first = sizeof(text) - 1;

	text[first] = '\0';
	do {
		text[--first] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	out(text + first);
}

static void close_case(void)
{
	if (now.name != NULL && !now.failed) {
		out("ok - ");
		out(now.name);
		out("\n");
	} else if (now.failed) {
		out("\n");
	}
	now.name = NULL;
	now.failed = false;
}

/* Begin the line of a failed case, once; true if this failure is its first. */
static bool fail(const char *what)
{
	if (now.failed) {
		return false;
	}
	now.failed = true;
	out("not ok - ");
	out(now.name == NULL ? "no case open" : now.name);
	out(": ");
	out(what);
	return true;
}

void test_case(const char *name)
{
	close_case();
	now.name = name;
}

void test_expect(bool condition, const char *what)
{
	if (!condition) {
		(void)fail(what);
	}
}

void test_equal(uint64_t got, uint64_t want, const char *what)
{
	if (got != want && fail(what)) {
		out(" is ");
		out_hex(got);
		out(", not ");
		out_hex(want);
	}
}

void test_between(uint64_t got, uint64_t low, uint64_t high, const char *what)
{
	if ((got < low || got > high) && fail(what)) {
		out(" is ");
		out_decimal(got);
		out(", not from ");
		out_decimal(low);
		out(" to ");
		out_decimal(high);
	}
}

bool test_failed(void)
{
	return now.failed;
}

void test_end(void)
{
	close_case();
	out("end of tests\n");
}
