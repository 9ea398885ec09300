/* SPDX-License-Identifier: BSD-2-Clause */
/* Says the time every ten seconds, whatever the others are doing. */
#include <devices/serial/client.h>
#include <devices/timer/client.h>

#define PERIOD_NS (10 * TIMER_NS_PER_S)

static uint64_t next_ns = PERIOD_NS;

void init(void)
{
	timer_init();
	serial_init();
	timer_set(0, next_ns);
}

void notified(microkit_channel ch)
{
	if (ch != timer_channel() || !(timer_expired() & 1u))
		return;
	serial_printf("%lu seconds since reset\n", next_ns / TIMER_NS_PER_S);
	next_ns += PERIOD_NS;
	timer_set(0, next_ns);
}
