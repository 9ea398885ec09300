/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD makes random system calls, all numbers and all arguments, and nothing
 * happens but what it may do.
 *
 *   tester (200)    the fuzzer's parent: lets it go on after unknown system calls
 *   witness (150)   no channel to anyone, a timer: nothing of it may change
 *   servers (120)   what the fuzzer may call and notify
 *   fuzzer (100)    the random calls
 *   spin (100)      checks all its registers without end, on a budget
 *   victim (95)     the fuzzer's child, on a budget
 *   waker (90)      notifies the fuzzer, so that no receive lasts for ever
 */
#include "fuzz.h"

#include "raw.h"
#include "testing.h"

#define FUZZER 3u /* channel and child id */

static volatile const struct fuzz_order *const order =
	(volatile const struct fuzz_order *)ORDER_VADDR;
static volatile const struct fuzz_announce *const announce =
	(volatile const struct fuzz_announce *)ANNOUNCE_VADDR;
static volatile const struct fuzz_witness *const witness =
	(volatile const struct fuzz_witness *)WITNESS_VADDR;
static volatile const struct fuzz_spin *const spin = (volatile const struct fuzz_spin *)
	SPIN_VADDR;

static struct {
	uint64_t unknown;
	uint64_t wrong; /* messages of unknown system calls that are not exact */
	bool gone;      /* the fuzzer has faulted otherwise */
} seen;

/* The fault of an unknown system call has the registers that the fuzzer announced. */
static void judge_unknown(uint64_t info)
{
	bool right = (info & MSGINFO_COUNT_MASK) == 13;

	for (unsigned i = 0; i < 8; i++) {
		right = right && raw_words()[i] == announce->before.x[i];
	}
	right = right && raw_words()[10] == raw_words()[8]; /* x30 is the svc's address */
	right = right && raw_words()[11] == announce->before.flags;
	right = right && raw_words()[12] == announce->number;
	seen.unknown++;
	seen.wrong += !right;
}

static void print_fault(uint64_t info)
{
	out("fuzzer's fault ");
	out_decimal(info >> MSGINFO_LABEL_SHIFT);
	for (unsigned i = 0; i < (info & MSGINFO_COUNT_MASK); i++) {
		out(" ");
		out_hex(raw_words()[i]);
	}
	out("\n");
}

static void watch(void)
{
	struct raw_result event = raw_receive(0, 0, 0, 0);

	for (;;) {
		if (event.x0 == 1ull << FUZZER) {
			return;
		}
		if (event.x0 == (EVENT_FAULT | FUZZER) &&
			event.x1 >> MSGINFO_LABEL_SHIFT == FAULT_UNKNOWN_SYSCALL) {
			judge_unknown(event.x1);
			seen.wrong += raw_skip_instruction(FUZZER) != STATUS_OK;
			event = raw_reply_receive(0, raw_info(0, 0), 0, 0);
			continue;
		}
		seen.gone = true;
		print_fault(event.x1);
		return;
	}
}

static void print_registers(
	const char *name, volatile const struct fuzz_registers *registers)
{
	out(name);
	for (unsigned i = 0; i < 31; i++) {
		out(" ");
		out_hex(registers->x[i]);
	}
	out(" flags ");
	out_hex(registers->flags);
	out("\n");
}

static void print_mistake(void)
{
	static char what[sizeof(announce->what) + 1];

	for (unsigned i = 0; i < sizeof(announce->what); i++) {
		what[i] = announce->what[i];
	}
	out("\nfirst mistake, system call ");
	out_decimal(announce->wrong_number);
	out(", ");
	out(what);
	out("\n");
	print_registers("before", &announce->wrong_before);
	print_registers("after", &announce->wrong_after);
}

void init(void)
{
	uint64_t elapsed;

	watch();
	out("\nseed ");
	out_decimal(order->seed);
	out(", calls ");
	out_decimal(announce->calls);
	out(", of which legal ");
	out_decimal(announce->legal);
	out(", unknown ");
	out_decimal(announce->faults);
	out(", milliseconds ");
	out_decimal(witness->ticks);
	out("\n");
	if (announce->mistakes != 0) {
		print_mistake();
	}
	test_case("the fuzzer makes all its calls");
	test_expect(!seen.gone, "it has faulted");
	test_equal(announce->calls, order->calls, "calls");
	test_expect(announce->legal > order->calls / 20, "too few calls have an effect");
	test_case("each call does what the manual says");
	test_equal(announce->mistakes, 0, "mistakes");
	test_case("unknown system calls are faults that keep everything");
	test_equal(seen.unknown, announce->faults, "faults");
	test_equal(seen.wrong, 0, "faults whose message is wrong");
	test_case("the witness is not touched");
	test_equal(witness->strangers, 0, "notifications of nobody");
	test_equal(witness->changes, 0, "changes of its memory");
	test_case("the witness is not late");
	elapsed = (witness->last_ticks - witness->first_ticks) / us_to_ticks(1000);
	test_between(witness->ticks, elapsed, elapsed, "milliseconds");
	test_expect(witness->ticks >= 20, "has had time to see something");
	test_between(witness->late_max_ticks, 0, us_to_ticks(100), "ticks late at most");
	test_case("the spinning witness keeps its registers and runs on");
	test_equal(spin->changes, 0, "changes of registers");
	test_expect(spin->rounds > 1000, "has made rounds");
	test_equal(witness->standstills, 0, "times without progress");
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
