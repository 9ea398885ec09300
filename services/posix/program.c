/* SPDX-License-Identifier: BSD-2-Clause */
/* The program: set up, run, made to wait, ended. */
#include "program.h"

#include <coroutine.h>
#include <devices/timer/client.h>
#include <elf.h>
#include <microkit.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "console.h"
#include "posix.h"
#include "random.h"

/* What the program has said may take so long to get out of the queue when it ends. */
#define LAST_WORDS_NS (1000u * TIMER_NS_PER_MS)

/* Patched by the tool; so they are not in .bss. */
#define PATCHED __attribute__((section(".data"), used))

PATCHED unsigned char *posix_heap;
PATCHED uint64_t posix_heap_bytes;

static _Alignas(16) unsigned char stack[POSIX_STACK_BYTES];
static struct coroutine main_coroutine;
static struct heap heap;
static bool timer_owned;

struct heap *program_heap(void)
{
	return &heap;
}

uint64_t posix_now_ns(void)
{
	return timer_now();
}

/* musl's own start (src/env/__libc_start_main.c), given what a kernel would give. */
void __init_libc(char **environment, char *program_name);

static void start_libc(void)
{
	static size_t random[2];
	/* An empty environment, then the auxiliary vector. */
	static size_t words[] = { 0, AT_PAGESZ, HEAP_PAGE_BYTES, AT_RANDOM,
		(size_t)random, AT_NULL, 0 };

	random_start(random, sizeof random);
	__init_libc((char **)words, microkit_name);
}

/* The program may wait, and so may the C library's start, for its seed. */
static void run(void *function)
{
	start_libc();
	exit(((int (*)(void))function)());
}

void posix_start(int (*program)(void), bool owns_timer)
{
	if (posix_heap_bytes != 0 && !heap_start(&heap, posix_heap, posix_heap_bytes))
		microkit_dbg_puts("posix: the heap's region is too small\n");
	timer_owned = owns_timer;
	if (timer_owned)
		timer_init();
	console_start();
	coroutine_start(&main_coroutine, stack, sizeof stack, run, (void *)program);
	coroutine_run(&main_coroutine);
}

void posix_notified(microkit_channel ch)
{
	if (timer_owned && ch == timer_channel())
		(void)timer_expired();
	coroutine_run(&main_coroutine);
}

void posix_wait(uint64_t deadline_ns)
{
	if (deadline_ns != UINT64_MAX)
		timer_set(POSIX_TIMEOUT, deadline_ns);
	coroutine_yield();
}

void program_end(int status)
{
	uint64_t deadline_ns = posix_now_ns() + LAST_WORDS_NS;

	dprintf(STDERR_FILENO, "the program ended with status %d\n", status);
	while (!console_drained() && posix_now_ns() < deadline_ns)
		posix_wait(deadline_ns);
	for (;;)
		__builtin_trap();
}
