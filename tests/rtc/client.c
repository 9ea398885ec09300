/* SPDX-License-Identifier: BSD-2-Clause */
/* Says the time in seconds at the start and ten times more, 100 seconds apart. */
#include <devices/rtc/client.h>
#include <devices/serial/client.h>
#include <devices/timer/client.h>

#define TIMES 10u
#define STEP_NS (100 * TIMER_NS_PER_S)

static uint64_t next_ns;
static uint32_t times;

static void say(void)
{
	serial_printf("%lu\n", rtc_now() / RTC_NS_PER_S);
	serial_flush();
}

void init(void)
{
	timer_init();
	serial_init();
	say();
	next_ns = timer_now() + STEP_NS;
	timer_set(0, next_ns);
}

void notified(microkit_channel ch)
{
	if (ch != timer_channel() || (timer_expired() & 1u) == 0)
		return;
	say();
	next_ns += STEP_NS;
	if (++times < TIMES)
		timer_set(0, next_ns);
}
