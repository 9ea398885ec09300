/* SPDX-License-Identifier: BSD-2-Clause */
/* What module machine asks of a port; included by MicroPython's extmod/modmachine.c. */
#include "py/mphal.h"

#define IDLE_MS 1

/* Until the next notification, but not for long: who calls it looks at something else again. */
static void mp_machine_idle(void)
{
	mp_event_wait_ms(IDLE_MS);
}
