/* SPDX-License-Identifier: BSD-2-Clause */
/* Dies as its name says, in init <- outer <- middle <- deep; see README.md. */
#include <microkit.h>
#include <stddef.h>

#define NOINLINE __attribute__((noinline))

/* How often each has begun to live, by the first letter of its name. */
volatile uint32_t *lives; /* set by the tool */

static volatile uint64_t sum; /* makes that a call is not the last thing */

static bool named(const char *name)
{
	uint32_t i = 0;

	while (name[i] != '\0' && microkit_name[i] == name[i])
		i++;
	return microkit_name[i] == name[i];
}

NOINLINE static uint64_t deep_read(void)
{
	return *(volatile uint64_t *)UINT64_C(0x123450);
}

NOINLINE static uint64_t deep_end(void)
{
	__asm__ volatile("mov x19, #0x4321\n\tbrk #0" : : : "x19");
	return 0;
}

NOINLINE static uint64_t deep_jump(void)
{
	uint64_t (*volatile nowhere)(void) = NULL;

	return nowhere() + 1u;
}

NOINLINE static uint64_t deep_spin(void)
{
	for (;;)
		sum++;
}

NOINLINE static uint64_t middle(uint64_t (*deep)(void))
{
	return deep() + 2u;
}

NOINLINE static void outer(uint64_t (*deep)(void))
{
	sum += middle(deep);
}

/* Ends itself with such a frame pointer. */
_Noreturn static void lie(uint64_t frame)
{
	__asm__ volatile("mov x29, %0\n\tbrk #0" : : "r"(frame));
	__builtin_unreachable();
}

void init(void)
{
	static uint64_t record[2];

	if (named("circle")) {
		microkit_notify(SPINS);
		record[0] = (uintptr_t)record;
		record[1] = (uintptr_t)middle;
		lie((uintptr_t)record);
	}
	if (lives[(uint8_t)microkit_name[0]]++ != 0)
		return;
	if (named("reads"))
		outer(deep_read);
	if (named("ends"))
		outer(deep_end);
	if (named("jumps"))
		outer(deep_jump);
	if (named("spins"))
		outer(deep_spin);
	if (named("wild"))
		lie(UINT64_C(0xfedcba9876543211));
	if (named("none"))
		lie(0);
}

void notified(microkit_channel ch)
{
	(void)ch;
}
