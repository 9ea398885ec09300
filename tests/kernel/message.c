/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of protected procedure calls: all sizes both ways, exact contents,
 * nothing beyond the count, limits, nesting, refused calls without effect.
 */
#include "message.h"
#include "raw.h"
#include "testing.h"

#define ACTIVE 0u /* channels to the first server of each chain */
#define PASSIVE 1u
#define NOT_CALLABLE 2u /* a channel without the right to call */

static struct {
	uint64_t sent[MESSAGE_WORDS];
	uint64_t seed;
} tester;

static uint64_t next_random(void)
{
	tester.seed ^= tester.seed << 13;
	tester.seed ^= tester.seed >> 7;
	tester.seed ^= tester.seed << 17;
	return tester.seed;
}

static void fill(void)
{
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		tester.sent[i] = next_random();
		raw_words()[i] = tester.sent[i];
	}
}

/* The message area has the reply's words, and behind them what was there before. */
static void expect_words(uint64_t count, unsigned reply, const uint64_t *sent)
{
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		uint64_t want = sent[i];

		if (i < reply) {
			want = (i < count ? sent[i] : i) ^ ECHO_MASK;
		}
		test_equal(raw_words()[i], want, "message word");
	}
}

static void echo(microkit_channel ch, enum echo_kind kind, uint64_t count, unsigned reply)
{
	uint64_t label = ECHO_LABEL(kind, reply);
	struct raw_result result;

	fill();
	result = raw_call(SLOT_CALL + ch, raw_info(label, count), 0, 0);
	test_equal(result.x0, STATUS_OK, "status");
	test_equal(result.x1, raw_info(label, reply), "reply's message info");
	expect_words(count, reply, tester.sent);
}

static void all_sizes(const char *name, microkit_channel ch, enum echo_kind kind)
{
	static const unsigned replies[] = { 0, 1, 2, 3, 4, 5, 8, 63, 64 };

	test_case(name);
	for (unsigned count = 0; count <= MESSAGE_WORDS; count++) {
		for (unsigned i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
			echo(ch, kind, count, replies[i]);
		}
		echo(ch, kind, count, count);
	}
}

static uint64_t calls_served(microkit_channel ch)
{
	struct raw_result result = raw_call(
		SLOT_CALL + ch, raw_info(ECHO_LABEL(ECHO_COUNT, 1), 0), 0, 0);

	test_equal(result.x0, STATUS_OK, "status of asking for the count");
	return raw_words()[0];
}

static void expect_unchanged(void)
{
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		test_equal(
			raw_words()[i], tester.sent[i], "message word after a refusal");
	}
}

static void limits(void)
{
	uint64_t before;

	test_case("a count above 64 is refused");
	before = calls_served(ACTIVE);
	fill();
	for (uint64_t count = MESSAGE_WORDS + 1; count <= MSGINFO_COUNT_MASK; count++) {
		struct raw_result result = raw_call(SLOT_CALL + ACTIVE,
			raw_info(ECHO_LABEL(ECHO_PLAIN, 0), count), 0, 0);

		test_equal(result.x0, STATUS_REFUSED, "status");
		test_equal(result.x1, 0, "message info of a refusal");
	}
	expect_unchanged();
	test_equal(calls_served(ACTIVE), before + 1, "calls that reached the server");

	test_case("a label of 52 bits arrives whole");
	fill();
	{
		uint64_t label = 0x7ffffffff0000ull | ECHO_LABEL(ECHO_PLAIN, 3);
		struct raw_result result = raw_call(
			SLOT_CALL + ACTIVE, raw_info(label, 5), 0, 0);

		test_equal(result.x0, STATUS_OK, "status");
		test_equal(result.x1, raw_info(label, 3), "reply's message info");
	}

	test_case("a message info with any of bits 11 to 7 is refused");
	before = calls_served(PASSIVE);
	fill();
	for (uint64_t bit = 1ull << 7; bit <= 1ull << 11; bit <<= 1) {
		uint64_t info = raw_info(ECHO_LABEL(ECHO_PLAIN, 2), 2);
		struct raw_result result = raw_call(
			SLOT_CALL + PASSIVE, info | bit, 0, 0);

		test_equal(result.x0, STATUS_REFUSED, "status");
		test_equal(result.x1, 0, "message info of a refusal");
	}
	expect_unchanged();
	test_equal(calls_served(PASSIVE), before + 1, "calls that reached the server");
}

static void refusals(void)
{
	static const uint64_t slots[] = { SLOT_NOTIFY + ACTIVE, SLOT_CALL + NOT_CALLABLE,
		SLOT_CALL + 61, SLOT_CALL + 62, SLOT_CALL + 63, SLOT_IRQ, SLOT_CHILD,
		SLOT_USER, SLOT_SMC, SLOT_STATISTICS, CAP_SLOTS - 1, CAP_SLOTS,
		CAP_SLOTS + SLOT_CALL, 1ull << 16 | SLOT_CALL, 1ull << 32 | SLOT_CALL,
		1ull << 63 | SLOT_CALL, ~0ull };
	uint64_t before;

	test_case("a call by a slot without that right is refused");
	before = calls_served(ACTIVE);
	fill();
	for (unsigned i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		struct raw_result result;

		if (slots[i] == SLOT_CALL + CONSOLE_CHANNEL) {
			continue; /* the console's, in some configurations */
		}
		result = raw_call(slots[i], raw_info(ECHO_LABEL(ECHO_PLAIN, 1), 1), 0, 0);
		test_equal(result.x0, STATUS_REFUSED, "status");
		test_equal(result.x1, 0, "message info of a refusal");
	}
	expect_unchanged();
	test_equal(calls_served(ACTIVE), before + 1, "calls that reached the server");

	test_case("libmicrokit returns an empty message for a channel that may not be "
		  "called");
	test_equal(microkit_ppcall(NOT_CALLABLE, microkit_msginfo_new(5, 5)).words[0], 0,
		"message info");

	test_case("a reply with a count of 65 reaches the caller as aborted");
	fill();
	{
		struct raw_result result = raw_call(SLOT_CALL + ACTIVE,
			raw_info(ECHO_LABEL(ECHO_BAD_REPLY, 0), 4), 0, 0);

		test_equal(result.x0, STATUS_OK, "status");
		test_equal(result.x1, raw_info(PPC_ABORTED_LABEL, 0), "message info");
		expect_unchanged();
	}
	echo(ACTIVE, ECHO_PLAIN, 4, 4);
}

void init(void)
{
	tester.seed = 88172645463325252ull;
	all_sizes("calls of all sizes to an active server", ACTIVE, ECHO_PLAIN);
	all_sizes("calls of all sizes to a passive server", PASSIVE, ECHO_PLAIN);
	all_sizes("calls of all sizes through three active servers", ACTIVE, ECHO_NESTED);
	all_sizes(
		"calls of all sizes through three passive servers", PASSIVE, ECHO_NESTED);
	limits();
	refusals();
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
