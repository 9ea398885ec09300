/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets timeout n to fire after `delays[n] * factor` ms, where factor is the last
 * character of the PD's name; 3 cancels 6, and 4 fires again and again without drift.
 */
#include <devices/serial/client.h>
#include <devices/timer/client.h>

#define PERIODS 20u

static const uint8_t delays[TIMER_TIMEOUTS] = { 40, 10, 30, 20, 5, 60, 50, 0 };
static uint64_t start_ns, period_ns, next_ns;
static uint32_t periods;
static uint32_t late; /* timeouts that were reported before their deadline */

static uint64_t factor(void)
{
	char last = '1';

	for (uint32_t i = 0; microkit_name[i] != '\0'; i++)
		last = microkit_name[i];
	return (uint64_t)(last - '0');
}

static uint64_t deadline(uint32_t number)
{
	return start_ns + delays[number] * factor() * TIMER_NS_PER_MS;
}

void init(void)
{
	timer_init();
	serial_init();
	/* From a round moment on, so that all clients share deadlines. */
	start_ns = (timer_now() / TIMER_NS_PER_S + 1) * TIMER_NS_PER_S;
	period_ns = delays[4] * factor() * TIMER_NS_PER_MS;
	next_ns = start_ns;
	for (uint32_t i = 0; i < TIMER_TIMEOUTS; i++)
		timer_set(i, deadline(i));
}

static void fired(uint32_t number, uint64_t now_ns)
{
	if (number == 4) {
		next_ns += period_ns;
		if (now_ns < next_ns)
			late++;
		if (++periods < PERIODS)
			timer_set(4, next_ns + period_ns);
		else
			serial_printf("%u periods at %lu ms, %u early\n", periods,
				(now_ns - start_ns) / TIMER_NS_PER_MS, late);
		return;
	}
	if (now_ns < deadline(number))
		late++;
	if (number == 3)
		timer_cancel(6);
	serial_printf(
		"timeout %u at %lu ms\n", number, (now_ns - start_ns) / TIMER_NS_PER_MS);
}

void notified(microkit_channel ch)
{
	uint32_t expired;

	if (ch != timer_channel())
		return;
	expired = timer_expired();
	for (uint32_t i = 0; i < TIMER_TIMEOUTS; i++)
		if (expired >> i & 1u)
			fired(i, timer_now());
}
