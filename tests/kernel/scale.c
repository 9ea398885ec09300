/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * As many PDs as there may be all start, by priority, and all serve: a call goes
 * through all of them, a wave of notifications passes all of them and comes back.
 */
#include "scale.h"

#include "raw.h"
#include "testing.h"

static volatile struct shared *const shared = (volatile struct shared *)SHARED_VADDR;

static void print_us(const char *what, uint64_t ticks)
{
	out(what);
	out_decimal(ticks * 2 / TICKS_PER_US_X2);
	out(" us\n");
}

static void call(uint64_t words)
{
	uint64_t start = counter();

	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		raw_words()[i] = i * 7;
	}
	test_equal(raw_call(SLOT_CALL + NEXT, raw_info(9, words), 0, 0).x1,
		raw_info(9, words), "reply's message info");
	test_equal(raw_words()[0], LINKS, "links that the call has passed");
	for (unsigned i = 1; i < words; i++) {
		test_equal(raw_words()[i], i * 7, "message word");
	}
	print_us("a call through all: ", counter() - start);
}

static void wave(void)
{
	uint64_t start = counter();

	shared->forward = 0;
	shared->back = 0;
	shared->star_calls = 0;
	raw_notify(SLOT_NOTIFY + NEXT, 0, 0, 0);
	test_equal(raw_receive(0, 0, 0, 0).x0, 1ull << NEXT, "event");
	test_equal(shared->forward, LINKS, "links on the way up");
	test_equal(shared->back, LINKS - 1, "links on the way back");
	test_equal(shared->star_calls, STAR, "calls that the hub has served");
	test_equal(shared->star_wrong, 0, "wrong replies");
	print_us("a wave: ", counter() - start);
}

void init(void)
{
	print_us("since reset: ", counter());
	test_case("all PDs start, by priority");
	test_equal(shared->started, LINKS, "links started");
	for (unsigned i = 0; i < LINKS; i++) {
		test_equal(shared->order[i], LINKS - i, "link that starts");
	}
	test_case("a call goes through all PDs");
	for (unsigned i = 0; i < 3; i++) {
		call(1);
		call(MESSAGE_WORDS);
	}
	test_case("a wave of notifications passes all PDs and comes back");
	for (unsigned i = 0; i < 3; i++) {
		wave();
	}
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
