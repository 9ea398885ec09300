/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frame of a host test: random numbers, the first mistake of a case, and the lines
 * that say which cases are good. A test links test.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
	uint64_t seed; /* of test_random; a test may set it */
	char why[300]; /* the first mistake since the last report; empty: none */
	bool failed;   /* a report was "not ok" */
};

extern struct test test;

struct test_case {
	const char *name;
	void (*run)(void);
};

/* The seed is TEST_SEED of the environment, 1 if there is none. */
void test_start(void);

/* Any number, the same for the same seed: splitmix64, for which every seed is good. */
static inline uint64_t test_random(void)
{
	uint64_t z = (test.seed += 0x9e3779b97f4a7c15u);
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* A number from 0 to below - 1. */
static inline uint64_t test_draw(uint64_t below)
{
	return test_random() % below;
}

/* Somebody's mistake; the first one counts. */
void test_fault(const char *file, int line, const char *what);

#define CHECK(condition) \
	((condition) ? (void)0 : test_fault(__FILE__, __LINE__, "not " #condition))

/* Likewise, and ends the function, of type void: what follows needs it. */
#define REQUIRE(condition)                                                 \
	do {                                                               \
		if (!(condition)) {                                        \
			test_fault(__FILE__, __LINE__, "not " #condition); \
			return;                                            \
		}                                                          \
	} while (0)

/* Ends a case: prints "ok - room: name", or "not ok" and why, and forgets why. */
void test_report(const char *room, const char *name);

/* test_start, and runs and reports all; what main returns. */
int test_run(const char *room, const struct test_case *cases, size_t count);

#define TEST_RUN(room, cases) test_run(room, cases, sizeof(cases) / sizeof((cases)[0]))
