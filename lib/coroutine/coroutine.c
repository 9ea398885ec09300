/* SPDX-License-Identifier: BSD-2-Clause */
/* Coroutines: who runs whom. The switch of stacks itself is in swap*.S. */
#include "coroutine.h"

/*
 * Saves what a function call preserves on this stack, its pointer in *saved, and goes
 * on with what was saved at stack_pointer.
 */
void coroutine_swap(void **saved, void *stack_pointer);

/* Where a new coroutine begins: what coroutine_swap returns to. Calls coroutine_first. */
void coroutine_entry(void);
void coroutine_first(void);

/* Bytes that coroutine_swap saves, and where in them the return address is. */
extern const size_t coroutine_frame_bytes;
extern const size_t coroutine_frame_return;

static struct coroutine *current;

void coroutine_first(void)
{
	current->function(current->argument);
	current->ended = true;
	coroutine_yield();
}

void coroutine_start(struct coroutine *coroutine, void *stack, size_t bytes,
	void (*function)(void *), void *argument)
{
	unsigned char *frame = (unsigned char *)stack + bytes - coroutine_frame_bytes;

	*coroutine = (struct coroutine){ .stack_pointer = frame,
		.guard = stack,
		.function = function,
		.argument = argument };
	for (size_t i = 0; i < coroutine_frame_bytes; i++)
		frame[i] = 0;
	*(void (**)(void))(frame + coroutine_frame_return) = coroutine_entry;
	*coroutine->guard = COROUTINE_GUARD;
}

void coroutine_run(struct coroutine *coroutine)
{
	coroutine->runner = current;
	current = coroutine;
	coroutine_swap(&coroutine->runner_stack_pointer, coroutine->stack_pointer);
	if (*coroutine->guard != COROUTINE_GUARD)
		__builtin_trap();
}

void coroutine_yield(void)
{
	struct coroutine *self = current;

	current = self->runner;
	coroutine_swap(&self->stack_pointer, self->runner_stack_pointer);
}

struct coroutine *coroutine_current(void)
{
	return current;
}
