/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy of bandwidth by itself, on a clock that the test moves: nobody sends more than
 * burst + rate * t in any time t, also if policy or timer driver start anew; who is not
 * limited is never held; and whoever is held may send when the alarm has rung.
 */
#include <string.h>

#include "../../lib/test/test.h"
#include "../../timer/client.h"
#include "../policy.h"
#include "../queue.h"

#define STEPS 3000u

typedef unsigned __int128 wide;

static struct timer_client_config timer = {
	.magic = TIMER_CLIENT_MAGIC, .channel = 3, .counter_direct = 1
};
static uint64_t now, alarm_at, message;

/* What each has sent, less what its rate allowed since, at least 0: in bytes * hz. */
static wide levels[NETWORK_CLIENTS_MAX];

uint64_t counter_read(void)
{
	return now;
}

void microkit_mr_set(uint8_t mr, uint64_t value)
{
	(void)mr;
	message = value;
}

uint64_t microkit_mr_get(uint8_t mr)
{
	(void)mr;
	return message;
}

microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo)
{
	if (ch == timer.channel && msginfo.label == TIMER_SET)
		alarm_at = message;
	return microkit_msginfo_new(TIMER_OK, 0);
}

static void pass(
	const struct network_virt_tx_client *clients, uint32_t count, uint64_t to)
{
	for (uint32_t i = 0; i < count; i++) {
		wide less = (wide)(to - now) * clients[i].parameter;
		levels[i] = levels[i] > less ? levels[i] - less : 0;
	}
	now = to;
}

/* Some frames, as virt_tx sends them; what is wrong, or NULL. */
static const char *send(
	const struct network_virt_tx_client *clients, uint64_t ready, uint64_t *held)
{
	uint64_t room = test_draw(70);
	*held = policy_held(ready);
	for (uint64_t sent = 0; (ready & ~*held) != 0 && sent < room; sent++) {
		uint32_t next = policy_next(ready & ~*held);
		uint32_t bytes = NETWORK_FRAME_MIN +
				 (uint32_t)test_draw(
					 NETWORK_FRAME_MAX - NETWORK_FRAME_MIN + 1u);
		if (next >= 64 || ((ready & ~*held) >> next & 1u) == 0)
			return "chose one that may not send";
		*held |= policy_sent(next, bytes);
		if (clients[next].parameter == 0)
			continue;
		levels[next] += (wide)bytes * timer.counter_hz;
		if (levels[next] > (wide)clients[next].burst * timer.counter_hz)
			return "sent more than burst + rate * t";
	}
	policy_wait(ready & *held);
	return NULL;
}

/* The alarm rings for those who are held; one of them must be free then. */
static const char *ring(
	const struct network_virt_tx_client *clients, uint32_t count, uint64_t held)
{
	if (alarm_at == TIMER_NEVER)
		return "waits for ever";
	if (test_draw(8) == 0) { /* the timer's driver starts anew, and tells everybody */
		alarm_at = TIMER_NEVER;
		policy_notified(timer.channel);
		if (alarm_at == TIMER_NEVER)
			return "forgot its alarm with the timer's driver";
	}
	/* It may ring for one who was held before, once. */
	for (uint32_t i = 0; i < 2 && (held & ~policy_held(held)) == 0; i++) {
		if (alarm_at == TIMER_NEVER)
			return "rang, and waits for ever";
		if (alarm_at > now)
			pass(clients, count, alarm_at);
		alarm_at = TIMER_NEVER;
		policy_notified(timer.channel);
	}
	return (held & ~policy_held(held)) == 0 ? "the alarm rang too early" : NULL;
}

static const char *run(uint32_t count)
{
	static const uint64_t hz[] = { 1, 1000003, 62500000, 1000000000 };
	struct network_virt_tx_client clients[NETWORK_CLIENTS_MAX] = { 0 };
	uint64_t all = (1ull << count) - 1u, unlimited = 0;
	timer.counter_hz = hz[test_draw(4)];
	timer_config = &timer;
	now = test_draw(1u << 30);
	memset(levels, 0, sizeof(levels));
	for (uint32_t i = 0; i < count; i++) {
		clients[i].parameter = test_draw(4) == 0 ? 0
							 : UINT32_MAX >> test_draw(32);
		clients[i].burst = NETWORK_FRAME_MAX;
		if (test_draw(2) != 0)
			clients[i].burst += (UINT32_MAX - NETWORK_FRAME_MAX) >>
					    test_draw(32);
		unlimited |= (uint64_t)(clients[i].parameter == 0) << i;
	}
	for (uint32_t step = 0; step < STEPS; step++) {
		if (step == 0 || test_draw(200) == 0) {
			alarm_at = TIMER_NEVER;
			policy_start(clients, count);
		}
		uint64_t ready = 1ull << test_draw(count) | (test_draw(2) == 0 ? all : 0),
			 held;
		const char *why = send(clients, ready, &held);
		if (why == NULL && (held & unlimited) != 0)
			why = "held one without a limit";
		if (why == NULL && (ready & ~policy_held(ready)) == 0)
			why = ring(clients, count, ready);
		if (why != NULL)
			return why;
		pass(clients, count, now + test_draw(1ull << test_draw(24)));
	}
	return NULL;
}

int main(void)
{
	const char *why = NULL;
	test_start();
	for (uint32_t count = 1; count <= NETWORK_CLIENTS_MAX && why == NULL; count++)
		why = run(count);
	if (why != NULL)
		test_fault(__FILE__, __LINE__, why);
	test_report("network", "the bandwidth policy limits and lets go as it says");
	return test.failed;
}
