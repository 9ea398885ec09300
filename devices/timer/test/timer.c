/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer class on the host: ticks.h, deadlines.c, client.c.
 *
 * Time stands still but where a test moves it. The device is its definition: it
 * interrupts as long as the counter has reached the alarm.
 */
#include <string.h>

#include "../client.h"
#include "../deadlines.h"
#include "../../lib/test/test.h"

#define STEPS 1000000u
#define CHANNEL 7u /* of the client with the library */

/* ---- ticks.h ---- */

static void conversion(void)
{
	static const uint64_t rates[] = { 1, 3, 19200000, 24000000, 25000000, 33333333,
		54000000, 62500000, 999999999, TICKS_HZ_MAX };

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		uint64_t hz = rates[i];
		for (uint32_t step = 0; step < 100000; step++) {
			/* Up to 2^63 ns, 292 years; small numbers too. */
			uint64_t ns = test_random() >> (1 + test_draw(63));
			uint64_t ticks = ticks_from_ns(ns, hz);
			unsigned __int128 exact = (unsigned __int128)ticks * 1000000000u;
			uint64_t back = ticks_to_ns(ticks, hz);
			REQUIRE(back == (uint64_t)(exact / hz));
			REQUIRE(back >= ns);
			REQUIRE(ticks == 0 || ticks_to_ns(ticks - 1u, hz) < ns);
		}
	}
	/* No drift: each of a million steps of 1/60 s is where it belongs. */
	for (uint64_t i = 0; i < 1000000; i++)
		REQUIRE(ticks_from_ns(i * 16666667u, 62500000) ==
			(i * 16666667u + 15u) / 16u);
}

/* ---- deadlines.c against a model ---- */

static struct deadlines core;
static uint64_t model[DEADLINES_CHANNELS]; /* deadline of each client */
static uint64_t now;

static uint64_t some_deadline(void)
{
	switch (test_draw(8)) {
	case 0:
		return TIMER_NEVER;
	case 1:
		return test_random(); /* anything: past, far future */
	case 2:
		return now;
	default:
		return now + test_draw(1000);
	}
}

/* What the driver does while the device interrupts; the model must agree. */
static void interrupt(uint64_t *expired)
{
	uint64_t expected = 0, earliest = TIMER_NEVER;

	*expired = 0;
	if (core.alarm > now)
		return;
	*expired = deadlines_expire(&core, now);
	for (uint32_t i = 0; i < DEADLINES_CHANNELS; i++)
		if (model[i] != TIMER_NEVER && model[i] <= now) {
			expected |= 1ull << i;
			model[i] = TIMER_NEVER;
		} else if (model[i] < earliest) {
			earliest = model[i];
		}
	REQUIRE(*expired == expected);
	REQUIRE(core.alarm == earliest);
	REQUIRE(core.alarm > now);
}

static uint32_t refused, answered, alarms;

static void core_step(uint64_t clients)
{
	uint32_t channel = (uint32_t)test_draw(70); /* also such as do not exist */
	uint64_t label = test_draw(4) == 0 ? test_random() : test_draw(3);
	uint64_t count = test_draw(3);
	uint64_t word = some_deadline();
	struct deadlines before = core;
	struct deadlines_reply reply = deadlines_request(
		&core, channel, label, count, word, now);
	bool known = channel < DEADLINES_CHANNELS && (clients >> channel & 1u);

	if (known && label == TIMER_NOW) {
		REQUIRE(reply.status == TIMER_OK && reply.count == 1 &&
			reply.word == now);
		answered++;
	} else if (known && label == TIMER_SET && count >= 1) {
		REQUIRE(reply.status == TIMER_OK && reply.count == 0);
		model[channel] = word;
	} else {
		REQUIRE(reply.status == TIMER_BAD_REQUEST && reply.count == 0);
		REQUIRE(memcmp(&core, &before, sizeof(core)) == 0);
		refused++;
	}
	for (uint32_t i = 0; i < DEADLINES_CHANNELS; i++)
		REQUIRE(core.alarm <= model[i]);
}

static void core_run(void)
{
	static const uint64_t masks[] = { ~0ull, 1, 0x2000000000000000ull,
		0x5555555555555555ull };
	uint64_t expired;

	for (size_t m = 0; m < 4; m++) {
		uint64_t clients = masks[m] & ((1ull << DEADLINES_CHANNELS) - 1u);
		deadlines_start(&core, masks[m]);
		memset(model, 0xff, sizeof(model));
		now = m == 3 ? UINT64_MAX - 40 * STEPS : test_random() >> 20;
		for (uint32_t step = 0; step < STEPS && test.why[0] == '\0'; step++) {
			core_step(clients);
			if (test.why[0] == '\0' && test_draw(2) == 0) {
				now += test_draw(100);
				interrupt(&expired);
				alarms += expired != 0;
			}
		}
	}
	if (test.why[0] == '\0')
		REQUIRE(refused > 1000 && answered > 1000 && alarms > 1000);
}

/* ---- client.c against the core ---- */

static struct timer_client_config config = { .magic = TIMER_CLIENT_MAGIC,
	.channel = CHANNEL,
	.counter_hz = 62500000,
	.counter_direct = 1 };

static uint64_t words[64];
static uint32_t calls;   /* that the library has made */
static uint32_t aborted; /* of them */
static bool abort_next;  /* the driver stops in the middle of the next call */
static bool lying;       /* the driver answers with anything and notifies never */

uint64_t counter_read(void)
{
	return now;
}

void microkit_mr_set(uint8_t mr, uint64_t value)
{
	words[mr] = value;
}

uint64_t microkit_mr_get(uint8_t mr)
{
	return words[mr];
}

microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo)
{
	calls++;
	if (lying) {
		words[0] = test_random();
		return microkit_msginfo_new(test_draw(3), (uint16_t)(test_draw(3)));
	}
	if (abort_next) {
		aborted++;
		return microkit_msginfo_new(MICROKIT_PPC_ABORTED, 0);
	}
	struct deadlines_reply reply = deadlines_request(
		&core, ch, msginfo.label, msginfo.count, words[0], now);
	words[0] = reply.word;
	return microkit_msginfo_new(reply.status, (uint16_t)reply.count);
}

static void start(void)
{
	abort_next = lying = false;
	config.counter_direct = 1;
	now = 1000;
	deadlines_start(&core, 1ull << CHANNEL);
	timer_config = &config;
	timer_init();
}

/* The driver runs; if it notifies the client, the client looks. */
static uint32_t run(void)
{
	if (core.alarm > now)
		return 0;
	return deadlines_expire(&core, now) != 0 ? timer_expired() : 0;
}

static void client_cases(void)
{
	start();
	REQUIRE(timer_now() == 16000 && timer_channel() == CHANNEL);
	calls = 0;
	timer_set(0, 32000); /* the earliest: one call */
	timer_set(1, 48000); /* later: none */
	timer_set(2, 32001);
	timer_cancel(1);
	REQUIRE(calls == 1);
	now = 1999;
	REQUIRE(run() == 0);
	now = 2000;
	REQUIRE(run() == 1u << 0 && calls == 2);
	REQUIRE(run() == 0);
	REQUIRE(core.alarm == 2001);
	now = 10000; /* 2 has fired, 1 not: cancelled */
	REQUIRE(run() == 1u << 2 && core.alarm == TIMER_NEVER);
	timer_set(TIMER_TIMEOUTS, 0); /* no such number: nothing */
	timer_cancel(UINT32_MAX);
	timer_set_after(3, TIMER_NEVER);
	timer_set(4, TIMER_NEVER);
	REQUIRE(core.alarm == TIMER_NEVER && calls == 2);
	timer_set(5, 0); /* in the past */
	timer_set_after(6, 0);
	REQUIRE(run() == (1u << 5 | 1u << 6));
	timer_set(7, UINT64_MAX - 1u);                 /* as late as can be */
	REQUIRE(core.alarm == 1152921504606846976ull); /* 2^64 / 16, rounded up */
	timer_cancel(7);
	now = core.alarm;
	REQUIRE(run() == 0 && core.alarm == TIMER_NEVER);
}

/* A PD that may not read the counter asks for it, and survives no answer. */
static void client_asks(void)
{
	start();
	config.counter_direct = 0;
	timer_set_after(0, 160);
	REQUIRE(core.alarm == 1010);
	now = 1010;
	REQUIRE(run() == 1);
	abort_next = true;
	REQUIRE(timer_now() == 0);
	abort_next = false;
	lying = true;
	for (uint32_t i = 0; i < 1000; i++) {
		(void)timer_now();
		timer_set((uint32_t)test_draw(16), test_random());
		(void)timer_expired();
	}
}

/* The driver starts anew: knows nothing, and notifies. */
static uint32_t driver_starts(void)
{
	deadlines_start(&core, 1ull << CHANNEL);
	abort_next = false;
	return timer_expired();
}

static void client_random(void)
{
	uint64_t set[TIMER_TIMEOUTS]; /* in ns; TIMER_NEVER: not set */
	uint32_t fired_count = 0;

	start();
	aborted = 0;
	memset(set, 0xff, sizeof(set));
	for (uint32_t step = 0; step < STEPS; step++) {
		uint32_t number = (uint32_t)test_draw(TIMER_TIMEOUTS);
		uint32_t fired = 0;
		abort_next = abort_next || test_draw(64) == 0;
		switch (test_draw(4)) {
		case 0:
			set[number] = timer_now() + test_draw(100000);
			timer_set(number, set[number]);
			break;
		case 1:
			timer_cancel(number);
			set[number] = TIMER_NEVER;
			break;
		case 2:
			now += test_draw(1000);
			fired = run();
			break;
		default: /* a notification without cause, now and then a restart */
			fired = abort_next ? driver_starts() : timer_expired();
		}
		if (abort_next) /* who was aborted soon sees the driver again */
			fired |= driver_starts();
		fired |= run();
		for (uint32_t i = 0; i < TIMER_TIMEOUTS; i++) {
			bool due = set[i] <= timer_now();
			REQUIRE(due == (fired >> i & 1u));
			if (due) {
				set[i] = TIMER_NEVER;
				fired_count++;
			}
		}
	}
	REQUIRE(aborted > 100 && fired_count > 1000);
}

static const struct test_case cases[] = {
	{ "nanoseconds and ticks are exact for centuries", conversion },
	{ "the core does what the model does, whatever clients send", core_run },
	{ "the library calls once, reports once, cancels", client_cases },
	{ "a client without the counter asks, and survives any answer", client_asks },
	{ "timeouts fire on time through restarts and aborted calls", client_random },
};

int main(void)
{
	return TEST_RUN("timer", cases);
}
