/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fake kernel: a script of events, a log of calls.
 *
 * The log has one call a line, "name arguments", slots in decimal and message
 * infos in hexadecimal. Entry points of the tests write into it as well.
 */
#pragma once

#include <stdint.h>

#include <microkit.h>

/* Forget everything: no events, an empty log, every call succeeds with value 0. */
void kernel_reset(void);

/* Add an event to the script. When none is left, a receive ends the run. */
void kernel_event(uint64_t event, uint64_t info);

/* The next calls that are no receive return this status and value. */
void kernel_answer(uint64_t status, uint64_t value);

/* Run a function, the whole library say, until the script or the PD ends. */
void kernel_run(void (*function)(void));

/* Write a line into the log. */
void kernel_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Everything logged, and everything printed on the debug console, so far. */
const char *kernel_logged(void);
const char *kernel_printed(void);

/* Compare texts; print a line `ok - name` or `not ok - name: ...`. */
void test_text(const char *name, const char *seen, const char *wanted);
void test_number(const char *name, uint64_t seen, uint64_t wanted);

/* The exit status: 0 if every case has been ok. */
int test_status(void);
