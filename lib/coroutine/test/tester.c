/* SPDX-License-Identifier: BSD-2-Clause */
/* Coroutines that count, nest, keep their registers, and overflow their stack. */
#include <coroutine.h>
#include <microkit.h>
#include <stdint.h>

#include "console.h"

#define CONSOLE 61u
#define ROUNDS 1000u

static _Alignas(16) unsigned char stacks[3][0x1000];
static struct coroutine counter, outer, inner;
static uint64_t counted, order;

static void check(bool holds, const char *name)
{
	console_puts(CONSOLE, holds ? "ok - " : "not ok - ");
	console_puts(CONSOLE, name);
	console_puts(CONSOLE, holds ? "\n" : ": does not hold\n");
}

/* A loop over locals that the compiler keeps in preserved registers. */
static void count(void *step)
{
	uint64_t a = 1, b = 2, c = 3, d = 4, e = 5;

	while (counted < ROUNDS) {
		counted += *(uint64_t *)step;
		coroutine_yield();
		a += 1, b += a, c += b, d += c, e += d;
		if (coroutine_current() != &counter)
			counted = 0;
	}
	/* As the same sums without a switch in between. */
	uint64_t p = 1, q = 2, r = 3, s = 4, t = 5;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		p += 1, q += p, r += q, s += r, t += s;
		__asm__ volatile("" : "+r"(p));
	}
	if (a != p || b != q || c != r || d != s || e != t)
		counted = 0;
}

static void run_inner(void *unused)
{
	(void)unused;
	order = order * 10 + 2;
	coroutine_yield();
	order = order * 10 + 4;
}

static void run_outer(void *unused)
{
	(void)unused;
	order = order * 10 + 1;
	coroutine_start(&inner, stacks[2], sizeof stacks[2], run_inner, NULL);
	coroutine_run(&inner);
	order = order * 10 + 3;
	coroutine_yield();
	coroutine_run(&inner);
	order = order * 10 + 5;
}

/* Writes over its whole stack, as a recursion that is too deep does. */
static void overflow(void *stack)
{
	for (unsigned i = 0; i < 8; i++)
		((volatile unsigned char *)stack)[i] = 0xff;
}

void init(void)
{
	static uint64_t step = 1;
	uint64_t runs = 0;

	check(coroutine_current() == NULL, "none runs at the start");
	coroutine_start(&counter, stacks[0], sizeof stacks[0], count, &step);
	while (!counter.ended && runs <= ROUNDS + 1) {
		coroutine_run(&counter);
		runs++;
	}
	check(counted == ROUNDS && runs == ROUNDS + 1, "each run goes on where it was");
	coroutine_start(&outer, stacks[1], sizeof stacks[1], run_outer, NULL);
	coroutine_run(&outer);
	check(order == 123 && !outer.ended, "a coroutine runs another");
	coroutine_run(&outer);
	check(order == 12345 && outer.ended && inner.ended, "both end");
	console_puts(CONSOLE, "end of tests\n");
	coroutine_start(&inner, stacks[2], sizeof stacks[2], overflow, stacks[2]);
	coroutine_run(&inner);
	console_puts(CONSOLE, "went on after an overflow\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
