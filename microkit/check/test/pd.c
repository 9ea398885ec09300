/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD for images that are checked and never run: with every kind of content, so
 * that there is something of each to tamper with.
 */
#include <microkit.h>

/* Set by the system file; one of each kind of segment. */
uint64_t value_a = 1;
uint64_t value_b;
const uint64_t value_c __attribute__((section(".rodata"))) = 3;
uint64_t value_d = 4;
uint64_t value_e;

volatile uint64_t numbers[40] = { 1, 2, 3, [39] = 40 };
volatile uint8_t zeros[9000];

void init(void)
{
	numbers[0] = value_a + value_b + *(const volatile uint64_t *)&value_c + value_d +
		     value_e;
}

void notified(microkit_channel channel)
{
	zeros[channel] = 1;
}

microkit_msginfo protected(microkit_channel channel, microkit_msginfo info)
{
	microkit_mr_set(0, numbers[channel % 40]);
	return info;
}

seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{
	zeros[child] = 2;
	*reply = info;
	return seL4_False;
}
