/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time domains: each slot begins and ends when the schedule says, whatever runs
 * in it, and what happens for a domain outside its slots waits for the next one.
 *
 * The tester has a domain of its own. It lets some cycles pass and judges what
 * the spinners of the other domains, and a PD with a timer, wrote down.
 */
#include "domains.h"

#include "spinner.h"
#include "testing.h"

#define SPIN_A_VADDR 0x2100000ul
#define SPIN_B_VADDR 0x2200000ul
#define CLOCK_VADDR 0x2300000ul
#define NEAR us_to_ticks(3)
#define CYCLES 30u

static volatile struct spinner_log *const spin_a = (volatile struct spinner_log *)
	SPIN_A_VADDR;
static volatile struct spinner_log *const spin_b = (volatile struct spinner_log *)
	SPIN_B_VADDR;
static volatile struct spinner_log *const clock_log = (volatile struct spinner_log *)
	CLOCK_VADDR;

static uint64_t us(uint64_t ticks)
{
	return ticks * 2 / TICKS_PER_US_X2;
}

/* Ticks since the schedule's first entry began, which is B's. */
static uint64_t phase(uint64_t ticks)
{
	return (ticks - spin_b->runs[0].start) % us_to_ticks(CYCLE_US);
}

static bool is_near(uint64_t ticks, uint64_t us_in_cycle)
{
	uint64_t distance = (ticks + us_to_ticks(CYCLE_US) - us_to_ticks(us_in_cycle)) %
			    us_to_ticks(CYCLE_US);

	return distance < NEAR || distance > us_to_ticks(CYCLE_US) - NEAR;
}

/*
 * Within one slot a spinner is interrupted by the clock; its runs of one slot are
 * one. Each must begin and end with the slot.
 */
static void judge_slots(volatile struct spinner_log *spinner, uint64_t start_us,
	uint64_t length_us, uint64_t start2_us, uint64_t length2_us)
{
	uint64_t slots = 0;

	for (uint64_t i = 0; i + 1 < spinner->count && i < RUNS_MAX - 1; slots++) {
		uint64_t start = spinner->runs[i].start;
		uint64_t end = spinner->runs[i].end;

		while (++i < spinner->count &&
			spinner->runs[i].start - end < us_to_ticks(20)) {
			end = spinner->runs[i].end;
		}
		if (i + 1 >= spinner->count) {
			break; /* perhaps not whole */
		}
		if (is_near(phase(start), start_us)) {
			test_between(
				us(end - start), length_us - 4, length_us + 3, "slot");
		} else if (is_near(phase(start), start2_us)) {
			test_between(
				us(end - start), length2_us - 4, length2_us + 3, "slot");
		} else {
			test_equal(us(phase(start)), start_us, "phase of a slot");
		}
	}
	test_expect(slots >= CYCLES, "there are slots enough");
}

static bool in_slot_of_a(uint64_t ticks)
{
	uint64_t at = us(phase(ticks));

	return (at >= A1_US && at < A1_US + A1_LENGTH_US) ||
	       (at >= A2_US && at < A2_US + A2_LENGTH_US);
}

static void judge_clock(void)
{
	uint64_t outside = 0;

	for (uint64_t i = 0; i < clock_log->count && i < RUNS_MAX; i++) {
		uint64_t due = clock_log->runs[i].start;
		uint64_t came = clock_log->runs[i].end;

		test_expect(came >= due, "an interrupt is early");
		if (in_slot_of_a(due) && came - due < NEAR) {
			continue;
		}
		outside++;
		test_expect(is_near(phase(came), A1_US) || is_near(phase(came), A2_US),
			"an interrupt comes neither at its time nor with the next slot");
		test_between(us(came - due), 0, CYCLE_US - A1_LENGTH_US - A2_LENGTH_US,
			"delay");
	}
	test_between(outside, CYCLES, clock_log->count, "interrupts outside the slots");
}

void init(void)
{
	uint64_t begin = counter();

	while (counter() - begin < us_to_ticks(CYCLES * CYCLE_US * 12 / 10)) {
	}
	test_case("slots are exact");
	judge_slots(spin_a, A1_US, A1_LENGTH_US, A2_US, A2_LENGTH_US);
	judge_slots(spin_b, B_US, B_LENGTH_US, B_US, B_LENGTH_US);
	test_case("the schedule starts where it should");
	test_expect(spin_b->runs[0].start < spin_a->runs[0].start, "A is first");
	test_between(us(spin_a->runs[0].start - spin_b->runs[0].start), A2_US - 4,
		A2_US + 4, "time of the second slot");
	test_case("an interrupt waits for its domain's slot");
	judge_clock();
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
