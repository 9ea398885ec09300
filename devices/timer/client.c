/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PD's timeouts, of which the driver knows the earliest.
 *
 * Invariant: at the end of an entry point, if a timeout is set, then the driver will
 * notify at or before the earliest deadline: `alarm` is the deadline that it has, if the
 * call was not aborted. If it was, the driver is starting anew and will notify us.
 */
#include <stddef.h>

#include "client.h"

static struct {
	uint64_t alarm; /* the deadline at the driver, in ticks; TIMER_NEVER: none */
	uint64_t deadlines[TIMER_TIMEOUTS]; /* in ticks; TIMER_NEVER: not set */
} client;

__attribute__((used, section(".data"))) const struct timer_client_config *timer_config;

void timer_init(void)
{
	if (timer_config == NULL || timer_config->magic != TIMER_CLIENT_MAGIC)
		__builtin_trap();
	client.alarm = TIMER_NEVER;
	for (uint32_t i = 0; i < TIMER_TIMEOUTS; i++)
		client.deadlines[i] = TIMER_NEVER;
}

uint64_t timer_ask_ticks(void)
{
	microkit_msginfo reply = microkit_ppcall(
		timer_config->channel, microkit_msginfo_new(TIMER_NOW, 0));

	if (microkit_msginfo_get_label(reply) != TIMER_OK ||
		microkit_msginfo_get_count(reply) < 1)
		return 0;
	return microkit_mr_get(0);
}

/* Sees to it that the driver notifies us at `ticks`, or before. */
static void need_alarm(uint64_t ticks)
{
	if (ticks >= client.alarm)
		return;
	microkit_mr_set(0, ticks);
	microkit_msginfo reply = microkit_ppcall(
		timer_config->channel, microkit_msginfo_new(TIMER_SET, 1));
	client.alarm = microkit_msginfo_get_label(reply) == TIMER_OK ? ticks
								     : TIMER_NEVER;
}

static void set_ticks(uint32_t number, uint64_t ticks)
{
	if (number >= TIMER_TIMEOUTS)
		return;
	client.deadlines[number] = ticks;
	need_alarm(ticks);
}

void timer_set(uint32_t number, uint64_t deadline_ns)
{
	set_ticks(number, deadline_ns == TIMER_NEVER
				  ? TIMER_NEVER
				  : ticks_from_ns(deadline_ns, timer_config->counter_hz));
}

void timer_set_after(uint32_t number, uint64_t after_ns)
{
	uint64_t now_ns = timer_now();

	timer_set(number,
		after_ns < TIMER_NEVER - now_ns ? now_ns + after_ns : TIMER_NEVER);
}

void timer_cancel(uint32_t number)
{
	if (number < TIMER_TIMEOUTS)
		client.deadlines[number] = TIMER_NEVER;
}

uint32_t timer_expired(void)
{
	uint64_t now = timer_ticks();
	uint64_t next = TIMER_NEVER;
	uint32_t expired = 0;

	for (uint32_t i = 0; i < TIMER_TIMEOUTS; i++) {
		uint64_t deadline = client.deadlines[i];

		if (deadline == TIMER_NEVER)
			continue;
		if (deadline <= now) {
			client.deadlines[i] = TIMER_NEVER;
			expired |= 1u << i;
		} else if (deadline < next) {
			next = deadline;
		}
	}
	/* The driver has forgotten the alarm, or all of them: it may have started anew. */
	client.alarm = TIMER_NEVER;
	need_alarm(next);
	return expired;
}
