/* SPDX-License-Identifier: BSD-2-Clause */
/* Has a line printed every 20 ms: what report.h says of. */
#include "report.h"

#include <devices/timer/client.h>

#define PERIOD_NS (20 * TIMER_NS_PER_MS)

void init(void);
void notified(microkit_channel channel);

void init(void)
{
	timer_init();
	serial_init();
	timer_set(0, timer_now() + PERIOD_NS);
}

void notified(microkit_channel channel)
{
	if (channel != timer_channel() || timer_expired() == 0)
		return;
	report();
	timer_set_after(0, PERIOD_NS);
}
