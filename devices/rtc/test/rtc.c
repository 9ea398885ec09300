/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rtc class on the host: driver and client library against a model of the PL031.
 *
 * Time stands still but where a test moves it: the counter, and the device's seconds.
 */
#include "../pl031/driver.c"

#include <stdlib.h>
#include <string.h>

#include "../../lib/test/test.h"
#include "../client.h"

#define HZ 62500000u
#define CHANNEL 9u
#define BASE 1900000000u /* March 2030 */
#define HOSTILE_STEPS 1000000u

static uint64_t ticks, words[64], calls;
static struct {
	uint32_t data, control, part_0, part_1, mask;
} device;
static uint64_t
	abort_with; /* label of a call that the driver does not answer; 0: it does */
static bool cut;    /* likewise: RTC_OK, without the words */
static uint64_t last_ns, last_ticks; /* of the answer that counts; 0: nothing is known */
static struct rtc_driver_config driver_config = {
	.magic = RTC_DRIVER_MAGIC, .registers = 0x9010000, .counter_hz = HZ
};
static struct rtc_client_config client_config = {
	.magic = RTC_CLIENT_MAGIC, .channel = CHANNEL, .counter_hz = HZ
};

uint64_t counter_read(void)
{
	return ticks;
}

uint32_t mmio_read(uintptr_t registers, uint32_t offset)
{
	CHECK(registers == 0x9010000);
	switch (offset) {
	case 0x000:
		return device.data;
	case 0x00c:
		return device.control;
	case 0xfe0:
		return device.part_0;
	case 0xfe4:
		return device.part_1;
	default:
		CHECK(offset == 0);
		return 0;
	}
}

void mmio_write(uintptr_t registers, uint32_t offset, uint32_t value)
{
	CHECK(registers == 0x9010000 && offset == 0x010);
	device.mask = value;
}

void microkit_mr_set(uint8_t mr, uint64_t value)
{
	words[mr] = value;
}

uint64_t microkit_mr_get(uint8_t mr)
{
	return words[mr];
}

void microkit_dbg_puts(const char *text)
{
	(void)text;
}

microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo)
{
	CHECK(ch == CHANNEL);
	calls++;
	if (abort_with == RTC_UNKNOWN)
		last_ns = 0;
	if (abort_with != 0 || cut)
		return microkit_msginfo_new(abort_with, 0);
	microkit_msginfo reply = protected(ch, msginfo);
	last_ns = reply.label == RTC_OK ? words[0] : 0;
	last_ticks = words[1];
	return reply;
}

static void start(uint32_t seconds)
{
	abort_with = calls = 0;
	device.data = seconds;
	device.control = 1;
	device.part_0 = 0x31;
	device.part_1 = 0x10;
	device.mask = 1;
	rtc_driver_config = &driver_config;
	init();
	client_config.counter_direct = 1;
	rtc_config = &client_config;
	ticks += 1000ull * HZ; /* the library asks again */
	device.data += 1000;
}

/* `ms` pass, for the device too. */
static void pass(uint64_t ms)
{
	static uint64_t left;
	ticks += ms * (HZ / 1000);
	left += ms;
	device.data += (uint32_t)(left / 1000);
	left %= 1000;
}

static uint64_t asked(void)
{
	client_config.counter_direct = 0;
	uint64_t ns = rtc_now();
	client_config.counter_direct = 1;
	return ns;
}

static void report(const char *name)
{
	test_report("rtc", name);
}

static void test_time(void)
{
	start(BASE);
	CHECK(device.mask == 0); /* no interrupt */
	uint64_t first = rtc_now();
	CHECK(first == (BASE + 1000ull) * RTC_NS_PER_S);
	for (uint64_t ms = 0; ms < 1000000; ms += 7) {
		CHECK(rtc_now() == first + ms * 1000000u);
		if (ms % 70 == 0)
			CHECK(asked() == first + ms * 1000000u);
		pass(7);
	}
	report("the time goes on evenly, and is the same for all who ask");
	start(BASE);
	for (uint32_t i = 0; i < 6000; i++, pass(100))
		(void)rtc_now();
	CHECK(calls == 10);
	report("a client asks once a minute");
}

static void test_jumps(void)
{
	start(BASE);
	uint64_t before = rtc_now();
	device.data += 2; /* within what two clocks may differ */
	CHECK(asked() == before);
	device.data -= 4;
	CHECK(asked() == before);
	device.data += 3602;
	CHECK(asked() == before + 3600 * RTC_NS_PER_S);
	pass(61000);
	CHECK(rtc_now() == before + 3661 * RTC_NS_PER_S);
	device.data -= 7200;
	CHECK(asked() == before - 3539 * RTC_NS_PER_S);
	report("a clock that is set is followed, one that drifts is smoothed");
	start(BASE);
	for (uint32_t i = 0; i < 100000; i++) {
		device.data = (uint32_t)rand() << 8 ^ (uint32_t)rand();
		ticks += (uint64_t)rand();
		uint64_t ns = asked(), told = device.data * RTC_NS_PER_S;
		CHECK(device.data < SET_S ? ns == 0
					  : ns + 3 * RTC_NS_PER_S >= told &&
						    ns <= told + 3 * RTC_NS_PER_S);
	}
	device.data = UINT32_MAX;
	CHECK(asked() == UINT32_MAX * RTC_NS_PER_S);
	report("a device that says anything is believed to three seconds, no more");
}

static void test_unknown(void)
{
	start(0);
	CHECK(rtc_now() == 0 && asked() == 0);
	report("a clock that nobody has set says nothing");
	device.data = BASE; /* somebody does */
	pass(2000);
	CHECK(rtc_now() == (BASE + 2) * RTC_NS_PER_S);
	report("and is heard when it is set");
	for (uint32_t i = 0; i < 3; i++) {
		start(BASE);
		device.part_0 = i == 0 ? 0x30 : 0x31;
		device.part_1 = i == 1 ? 0x00 : 0x10;
		device.control = i != 2;
		init();
		CHECK(rtc_now() == 0 && asked() == 0);
	}
	report("another device, or one that stands still, is no clock");
	start(BASE);
	microkit_msginfo reply = protected(CHANNEL, microkit_msginfo_new(7, 0));
	CHECK(reply.label == RTC_BAD_REQUEST && reply.count == 0);
	rtc_config = NULL;
	CHECK(rtc_now() == 0 && calls == 0);
	report("no request but one, and no clock without <rtc/>");
}

/* A driver that does not answer leaves a client with what it knew. */
static void test_answers(void)
{
	start(BASE);
	uint64_t first = rtc_now();
	abort_with = MICROKIT_PPC_ABORTED;
	pass(100000);
	CHECK(rtc_now() == first + 100 * RTC_NS_PER_S && asked() == 0);
	calls = 0;
	pass(500);
	CHECK(rtc_now() == first + 100500000000u && calls == 0);
	pass(600);
	abort_with = 0;
	init(); /* it is back */
	CHECK(rtc_now() > first + 99 * RTC_NS_PER_S &&
		rtc_now() < first + 103 * RTC_NS_PER_S && calls == 1);
	report("a driver that restarts takes no time away");
}

/* What the driver's client must be told now, if it asks. */
static bool judged(uint64_t ns)
{
	uint64_t told = device.data * RTC_NS_PER_S;
	if (!driver.works || device.data < SET_S)
		return ns == 0;
	return ns + 3 * RTC_NS_PER_S >= told && ns <= told + 3 * RTC_NS_PER_S;
}

/* One moment of a device, a driver and a client of whom nobody keeps to anything. */
static void hostile_step(void)
{
	static const uint64_t labels[] = { 0, 0, RTC_UNKNOWN, RTC_BAD_REQUEST,
		MICROKIT_PPC_ABORTED, 77 };
	if (rand() % 4 == 0)
		device.data = (uint32_t)rand() << (unsigned int)(rand() % 8);
	ticks += (uint64_t)rand() >> (unsigned int)(rand() % 31);
	if (rand() % 100 == 0) {
		device.part_0 = (uint32_t)rand() & 0x3fu;
		device.control = (uint32_t)rand() & 1u;
	} else if (rand() % 20 == 0) {
		device.part_0 = 0x31;
		device.control = 1;
	}
	if (rand() % 50 == 0) { /* the driver is killed */
		memset(&driver, 0, sizeof(driver));
		init();
	}
	abort_with = labels[(unsigned int)rand() % (sizeof(labels) / sizeof(labels[0]))];
	cut = rand() % 8 == 0;
}

static void test_hostile(void)
{
	uint64_t good = 0;
	start(BASE);
	CHECK(rtc_now() != 0);
	for (uint32_t i = 0; i < HOSTILE_STEPS && test.why[0] == '\0'; i++) {
		hostile_step();
		bool answers = abort_with == 0 && !cut;
		if (rand() % 2 == 0) {
			uint64_t ns = asked();
			CHECK(answers ? judged(ns) : ns == 0);
		} else {
			uint64_t ns = rtc_now();
			CHECK(ns ==
				(last_ns == 0 ? 0
					      : last_ns + ticks_to_ns(ticks - last_ticks,
								  HZ)));
			good += ns != 0;
		}
		microkit_msginfo reply = protected(
			CHANNEL, microkit_msginfo_new((uint64_t)rand() % 3, 0));
		CHECK(reply.count == (reply.label == RTC_OK ? 2 : 0));
	}
	CHECK(good > HOSTILE_STEPS / 100);
	cut = false;
	report("a device that says anything, answers of all kinds, restarts, 10^6 steps");
}

int main(void)
{
	test_start();
	srand((unsigned int)test.seed);
	test_time();
	test_jumps();
	test_unknown();
	test_answers();
	test_hostile();
	return test.failed;
}
