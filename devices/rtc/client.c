/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <stdbool.h>
#include <stddef.h>

#include <devices/timer/counter.h>

#include "../timer/ticks.h"

#define RETRY_S 1u /* after a call that brought nothing */

/* The last answer, and when to ask again. */
static struct {
	uint64_t ns; /* of the wall clock; 0: not known */
	uint64_t ticks;
	uint64_t next_ticks;
} known;

__attribute__((used, section(".data"))) const struct rtc_client_config *rtc_config;

/*
 * Asks the driver. One that restarts does not answer: then what was known still holds.
 * False if nothing is known of now.
 */
static bool ask(void)
{
	microkit_msginfo reply = microkit_ppcall(
		rtc_config->channel, microkit_msginfo_new(RTC_NOW, 0));
	uint64_t label = microkit_msginfo_get_label(reply);

	if (label == RTC_UNKNOWN)
		known.ns = 0;
	if (label != RTC_OK || microkit_msginfo_get_count(reply) < 2)
		return false;
	known.ns = microkit_mr_get(0);
	known.ticks = microkit_mr_get(1);
	return true;
}

uint64_t rtc_now(void)
{
	uint64_t now, hz;

	if (rtc_config == NULL)
		return 0;
	if (rtc_config->magic != RTC_CLIENT_MAGIC)
		__builtin_trap();
	if (!rtc_config->counter_direct)
		return ask() ? known.ns : 0;
	hz = rtc_config->counter_hz;
	now = counter_read();
	if (now >= known.next_ticks) {
		known.next_ticks = now + (ask() ? RTC_ASK_S : RETRY_S) * hz;
		now = counter_read();
	}
	return known.ns == 0 ? 0 : known.ns + ticks_to_ns(now - known.ticks, hz);
}
