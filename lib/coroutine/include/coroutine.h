/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Coroutines: see README.md. One program may have many; they run one at a time, and
 * a coroutine may run others.
 *
 *     static struct coroutine worker;
 *     static _Alignas(16) unsigned char stack[0x4000];
 *
 *     init:      coroutine_start(&worker, stack, sizeof stack, work, NULL);
 *                coroutine_run(&worker);
 *     notified:  if (!worker.ended)
 *                        coroutine_run(&worker);
 *     work:      while (!ready())
 *                        coroutine_yield();
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct coroutine {
	void *stack_pointer;      /* while it does not run */
	unsigned long *guard;     /* lowest word of its stack: COROUTINE_GUARD */
	struct coroutine *runner; /* who runs it; NULL: the program's first stack */
	void *runner_stack_pointer;
	void (*function)(void *);
	void *argument;
	bool ended; /* its function has returned */
};

#define COROUTINE_GUARD 0x6b63617473646e65ul
#define COROUTINE_STACK_MIN 1024u

/*
 * Prepares a coroutine that will call function(argument).
 * Requires: stack is aligned to 16, bytes is a multiple of 16 and at least
 * COROUTINE_STACK_MIN. Borrows: both structs, until it has ended.
 */
void coroutine_start(struct coroutine *coroutine, void *stack, size_t bytes,
	void (*function)(void *), void *argument);

/*
 * Runs it until it yields or ends; ends the program (a trap) if it has written beyond
 * its stack. Requires: it has been started, has not ended, and is not running.
 */
void coroutine_run(struct coroutine *coroutine);

/* Back to who ran this coroutine. Requires: called in a coroutine. */
void coroutine_yield(void);

/* The coroutine that runs now; NULL on the program's first stack. */
struct coroutine *coroutine_current(void);
