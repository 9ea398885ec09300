/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame of a host test; test.h says what it does. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

struct test test = { .seed = 1 };

void test_start(void)
{
	const char *text = getenv("TEST_SEED");
	test.seed = text != NULL ? strtoull(text, NULL, 0) : 1;
}

void test_fault(const char *file, int line, const char *what)
{
	if (test.why[0] == '\0')
		snprintf(test.why, sizeof(test.why), "%s:%d: %s", file, line, what);
}

void test_report(const char *room, const char *name)
{
	bool good = test.why[0] == '\0';
	test.failed = test.failed || !good;
	printf("%s - %s: %s%s%s\n", good ? "ok" : "not ok", room, name, good ? "" : ": ",
		test.why);
	fflush(stdout); /* a later case may not come back */
	test.why[0] = '\0';
}

int test_run(const char *room, const struct test_case *cases, size_t count)
{
	test_start();
	for (size_t i = 0; i < count; i++) {
		cases[i].run();
		test_report(room, cases[i].name);
	}
	return test.failed;
}
