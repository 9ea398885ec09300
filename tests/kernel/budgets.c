/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who gets how much time, and when: budgets, slices, loans, the EL0 timer.
 *
 * The tester is above all and has the EL0 timer. It lets some of its children, the
 * spinners, run for a while, stops them, and judges what they wrote.
 */
#include "raw.h"
#include "spinner.h"
#include "testing.h"

/* The spinners; each number is the tester's channel and child id for it. */
enum spinner {
	A,  /* 50: 3 ms of 10 ms */
	B,  /* 40: slices */
	E1, /* 30: slices of 1 ms */
	E2,
	E3,
	F1,      /* 20: 2 ms of 10 ms */
	F2,      /* 20: 5 ms of 10 ms */
	F3,      /* 20: slices of 1 ms */
	G,       /* 60: 1 ms of 5 ms */
	CALLER,  /* 25: 1 ms of 20 ms; calls LONG */
	LONG,    /* 65: passive, 5 ms of 20 ms */
	SHORT,   /* 66: passive, 1 ms of 20 ms */
	CALLER2, /* 26: 1 ms of 20 ms; calls SHORT */
	FLOOD,   /* 15: notifies F3 */
	CALLER3, /* 27: 1 ms of 5 ms; calls SLICES */
	SLICES,  /* 67: passive, slices */
	CALLER4, /* 28: 1 ms of 5 ms; calls MIDDLE */
	MIDDLE,  /* 62: passive, slices; calls MIDDLE2 */
	MIDDLE2, /* 63: passive, slices; calls SLICES */
	SPINNERS
};

#define LOGS_VADDR 0x2100000ul
#define TIMER_ID 60u
#define US(us) us_to_ticks(us)
/* The timer interrupt comes a little after the budget has ended. */
#define SLACK US(1)
#define MS(ms) us_to_ticks((ms)*1000ull)

static struct {
	uint64_t late_max; /* of the tester's timer */
	bool early;
	uint64_t random;
} tester = { .random = 88172645463325252ull };

static volatile struct spinner_log *log_of(enum spinner spinner)
{
	return (volatile struct spinner_log *)(LOGS_VADDR +
					       LOG_BYTES * (uint64_t)spinner);
}

static void sleep_until(uint64_t due)
{
	uint64_t late;

	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(due));
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(1ul));
	raw_irq_ack(SLOT_IRQ + TIMER_ID, 0, 0, 0);
	while ((raw_receive(0, 0, 0, 0).x0 & 1ull << TIMER_ID) == 0) {
	}
	late = counter() - due;
	tester.early |= (int64_t)late < 0;
	if (late > tester.late_max && (int64_t)late >= 0) {
		tester.late_max = late;
	}
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(0ul));
}

static void sleep(uint64_t ticks)
{
	sleep_until(counter() + ticks);
}

static void start(enum spinner spinner, enum spinner_mode mode, uint64_t argument)
{
	volatile struct spinner_log *spinner_log = log_of(spinner);

	spinner_log->mode = mode;
	spinner_log->argument = argument;
	spinner_log->count = 0;
	spinner_log->calls = 0;
	test_equal(raw_control(SLOT_CHILD + spinner, CONTROL_RESTART, 0, 0).x0, STATUS_OK,
		"restart");
}

static void stop_all(void)
{
	for (unsigned i = 0; i < SPINNERS; i++) {
		test_equal(raw_control(SLOT_CHILD + i, CONTROL_STOP, 0, 0).x0, STATUS_OK,
			"stop");
	}
	for (unsigned i = 0; i < SPINNERS; i++) {
		test_expect(log_of((enum spinner)i)->count <= RUNS_MAX,
			"runs fit in the log");
	}
}

/* All are stopped, and all budgets are whole. */
static void begin(const char *name)
{
	test_case(name);
	stop_all();
	for (unsigned i = 0; i < SPINNERS; i++) {
		log_of((enum spinner)i)->count = 0;
	}
	sleep(MS(100));
}

static uint64_t used(enum spinner spinner)
{
	volatile struct spinner_log *spinner_log = log_of(spinner);
	uint64_t sum = 0;

	for (uint64_t i = 0; i < spinner_log->count; i++) {
		sum += spinner_log->runs[i].end - spinner_log->runs[i].start;
	}
	return sum;
}

/* The most that the spinner has had in any window of that length. */
static uint64_t used_max(enum spinner spinner, uint64_t window)
{
	volatile struct spinner_log *spinner_log = log_of(spinner);
	uint64_t most = 0;

	for (uint64_t first = 0; first < spinner_log->count; first++) {
		uint64_t from = spinner_log->runs[first].start;
		uint64_t sum = 0;

		for (uint64_t i = first; i < spinner_log->count; i++) {
			uint64_t run_start = spinner_log->runs[i].start;
			uint64_t run_end = spinner_log->runs[i].end;

			if (run_start >= from + window) {
				break;
			}
			sum += (run_end < from + window ? run_end : from + window) -
			       run_start;
		}
		most = sum > most ? sum : most;
	}
	return most;
}

static uint64_t longest(enum spinner spinner)
{
	volatile struct spinner_log *spinner_log = log_of(spinner);
	uint64_t most = 0;

	for (uint64_t i = 0; i < spinner_log->count; i++) {
		uint64_t run = spinner_log->runs[i].end - spinner_log->runs[i].start;

		most = run > most ? run : most;
	}
	return most;
}

/* The spinner had this share of the time, in thousandths. */
static void expect_share(
	enum spinner spinner, uint64_t ticks, uint64_t low, uint64_t high)
{
	test_between(used(spinner) * 1000 / ticks, low, high, "share in thousandths");
}

static void shares(void)
{
	begin("a budget of 30 % and a spinner below it share 30 to 70");
	start(A, SPINNER_SPIN, 0);
	start(B, SPINNER_SPIN, 0);
	sleep(MS(200));
	stop_all();
	expect_share(A, MS(200), 295, 305);
	expect_share(B, MS(200), 695, 705);

	test_case("a budget is never exceeded in any window of a period");
	test_between(
		used_max(A, MS(10)), MS(3) - US(20), MS(3) + SLACK, "most in a window");

	test_case("who is out of budget does not delay others");
	test_between(longest(A), MS(3) - US(20), MS(3) + SLACK, "longest run above");
	test_between(longest(B), MS(7) - US(20), MS(7) + US(20), "longest run below");

	begin("three PDs of one priority take turns");
	start(E1, SPINNER_SPIN, 0);
	start(E2, SPINNER_SPIN, 0);
	start(E3, SPINNER_SPIN, 0);
	sleep(MS(150));
	stop_all();
	for (unsigned i = E1; i <= E3; i++) {
		expect_share((enum spinner)i, MS(150), 328, 338);
		test_between(longest((enum spinner)i), US(980), US(1001), "longest turn");
		test_between(log_of((enum spinner)i)->count, 49, 52, "turns");
	}

	begin("budgets and slices of one priority go together");
	start(F1, SPINNER_SPIN, 0);
	start(F2, SPINNER_SPIN, 0);
	start(F3, SPINNER_SPIN, 0);
	sleep(MS(200));
	stop_all();
	/* Who waits for a turn gets its refill later, so less. */
	expect_share(F1, MS(200), 150, 205);
	expect_share(F2, MS(200), 450, 505);
	expect_share(F3, MS(200), 295, 400);
	test_between(used_max(F1, MS(10)), MS(1), MS(2) + SLACK,
		"most of the first in a window");
	test_between(used_max(F2, MS(10)), MS(4), MS(5) + SLACK,
		"most of the second in a window");

	begin("a lower priority gets nothing while a higher one runs");
	start(B, SPINNER_SPIN, 0);
	start(E1, SPINNER_SPIN, 0);
	start(F3, SPINNER_SPIN, 0);
	sleep(MS(50));
	stop_all();
	expect_share(B, MS(50), 995, 1000);
	test_equal(log_of(E1)->count + log_of(F3)->count, 0, "runs of lower priorities");
}

static uint64_t random_below(uint64_t limit)
{
	tester.random ^= tester.random << 13;
	tester.random ^= tester.random >> 7;
	tester.random ^= tester.random << 17;
	return tester.random % limit;
}

static void bursts(void)
{
	begin("bursts at random times keep to the budget in every window");
	start(G, SPINNER_BURST, 0);
	start(B, SPINNER_SPIN, 0);
	for (unsigned i = 0; i < 300; i++) {
		log_of(G)->argument = US(20) + random_below(US(1500));
		raw_notify(SLOT_NOTIFY + G, 0, 0, 0);
		sleep(US(10) + random_below(US(1500)));
	}
	stop_all();
	test_between(used_max(G, MS(5)), US(900), MS(1) + SLACK, "most in a window");

	begin("small bursts keep to the budget in every window");
	start(G, SPINNER_BURST, 0);
	start(B, SPINNER_SPIN, 0);
	for (unsigned i = 0; i < 600; i++) {
		log_of(G)->argument = US(2) + random_below(US(60));
		raw_notify(SLOT_NOTIFY + G, 0, 0, 0);
		sleep(US(5) + random_below(US(100)));
	}
	stop_all();
	test_between(used_max(G, MS(5)), US(500), MS(1) + SLACK, "most in a window");

	begin("a restart gives no new budget");
	start(A, SPINNER_SPIN, 0);
	for (unsigned i = 0; i < 100; i++) {
		sleep(US(300) + random_below(US(900)));
		raw_control(SLOT_CHILD + A, CONTROL_RESTART, 0, 0);
	}
	stop_all();
	test_between(used_max(A, MS(10)), MS(2), MS(3) + SLACK, "most in a window");

	begin("a stop and a resume give no new budget");
	start(A, SPINNER_SPIN, 0);
	for (unsigned i = 0; i < 100; i++) {
		sleep(US(300) + random_below(US(900)));
		raw_control(SLOT_CHILD + A, CONTROL_STOP, 0, 0);
		sleep(US(100));
		raw_control(SLOT_CHILD + A, CONTROL_RESUME, 0, 0);
	}
	stop_all();
	test_between(used_max(A, MS(10)), MS(2), MS(3) + SLACK, "most in a window");
}

static void loans(void)
{
	uint64_t begun;

	begin("a loan ends inside a server, which finishes on its own budget");
	start(LONG, SPINNER_REST, MS(4));
	start(CALLER, SPINNER_CALL, 0);
	sleep(MS(1));
	begun = counter();
	raw_notify(SLOT_NOTIFY + CALLER, 0, 0, 0);
	sleep(MS(100));
	stop_all();
	test_equal(log_of(LONG)->count, 1, "calls that the server has got");
	test_between(log_of(LONG)->runs[0].end - log_of(LONG)->runs[0].start, MS(4),
		MS(4) + US(20), "time from the call to its end");
	test_between(log_of(CALLER)->runs[0].end - log_of(CALLER)->runs[0].start, MS(20),
		MS(45), "time until the caller runs on");

	test_case("the caller pays for what the server used beyond its loan");
	test_between(log_of(CALLER)->runs[0].end - begun, MS(20), MS(45),
		"time until the caller runs on");
	{
		uint64_t most = used_max(CALLER, MS(20));

		/* The call itself stands in the log as one run: leave it out. */
		log_of(CALLER)->runs[0].end = log_of(CALLER)->runs[0].start;
		most = used_max(CALLER, MS(20));
		test_between(
			most, US(900), MS(1) + SLACK, "most of the caller in a window");
	}

	begin("a loan and the server's own budget end, and the call is finished later");
	start(SHORT, SPINNER_REST, MS(4));
	start(CALLER2, SPINNER_CALL, 0);
	start(B, SPINNER_SPIN, 0);
	raw_control(SLOT_CHILD + B, CONTROL_STOP, 0, 0);
	sleep(MS(1));
	raw_notify(SLOT_NOTIFY + CALLER2, 0, 0, 0);
	sleep(MS(200));
	stop_all();
	test_equal(log_of(SHORT)->count, 1, "calls that the server has got");
	test_between(log_of(SHORT)->runs[0].end - log_of(SHORT)->runs[0].start, MS(40),
		MS(64), "time from the call to its end");
	test_expect(log_of(CALLER2)->count >= 2, "the caller runs on");

	begin("the time of a short call is the caller's");
	start(LONG, SPINNER_REST, US(100));
	start(CALLER, SPINNER_CALL, 0);
	sleep(MS(1));
	raw_notify(SLOT_NOTIFY + CALLER, 0, 0, 0);
	sleep(MS(60));
	stop_all();
	test_between(log_of(CALLER)->runs[0].end - log_of(CALLER)->runs[0].start, US(100),
		US(110), "time of a short call");
	test_between(used_max(CALLER, MS(20)), US(900), MS(1) + SLACK,
		"most of the caller and its call in a window");
}

static void loans_revoked(void)
{
	begin("a loan ends when the caller is stopped");
	start(LONG, SPINNER_REST, MS(4));
	start(CALLER, SPINNER_CALL, 0);
	sleep(MS(1));
	raw_notify(SLOT_NOTIFY + CALLER, 0, 0, 0);
	sleep(US(200));
	raw_control(SLOT_CHILD + CALLER, CONTROL_STOP, 0, 0);
	sleep(MS(6));
	test_between(log_of(LONG)->runs[0].end - log_of(LONG)->runs[0].start, MS(4),
		MS(4) + US(20), "time of the service");
	start(CALLER, SPINNER_SPIN, 0);
	sleep(MS(5));
	stop_all();
	test_between(used(CALLER), US(700), US(810), "time left to the caller");
}

/* Start a caller and its server, and let the caller call. */
static void call_of(enum spinner caller, enum spinner server, uint64_t ticks)
{
	start(server, SPINNER_REST, ticks);
	start(caller, SPINNER_CALL, 0);
	sleep(MS(10));
	raw_notify(SLOT_NOTIFY + caller, 0, 0, 0);
}

static void loans_settled(void)
{
	begin("what a server does for itself is not charged to an earlier caller");
	call_of(CALLER, LONG, MS(4));
	sleep(MS(50));
	log_of(LONG)->mode = SPINNER_BURST;
	raw_control(SLOT_CHILD + CALLER, CONTROL_STOP, 0, 0);
	sleep(MS(50));
	raw_notify(SLOT_NOTIFY + LONG, 0, 0, 0);
	sleep(MS(5));
	start(CALLER, SPINNER_SPIN, 0);
	sleep(MS(5));
	stop_all();
	test_between(used(LONG), MS(8), MS(8) + US(50), "time of the server");
	test_between(used(CALLER), US(980), US(1001), "time of the caller");

	begin("a refill that comes due during an overrun is used up by it");
	call_of(CALLER3, SLICES, MS(4));
	sleep(MS(2));
	burn(MS(6)); /* above the server, and no time of anybody else's */
	sleep(MS(7));
	stop_all();
	test_expect(log_of(CALLER3)->count >= 2, "the caller runs on");
	test_between(log_of(CALLER3)->runs[0].end - log_of(SLICES)->runs[0].end, MS(2),
		MS(5), "time until the caller runs");
}

/*
 * A chain of calls breaks while its last server overruns. What that does from then
 * on is its own affair: the caller's next refill is whole when it ends.
 */
static void chain_break(enum spinner broken)
{
	uint64_t ended;

	start(MIDDLE, SPINNER_CALL, 0);
	start(MIDDLE2, SPINNER_CALL, 0);
	call_of(CALLER4, SLICES, MS(30));
	sleep(MS(3));
	raw_control(SLOT_CHILD + broken, CONTROL_STOP, 0, 0);
	sleep(MS(40));
	stop_all();
	test_equal(log_of(SLICES)->count, 1, "calls that the last server has got");
	test_expect(log_of(CALLER4)->count >= 2, "the caller runs on");
	ended = log_of(SLICES)->runs[0].end;
	test_between(log_of(CALLER4)->runs[0].end - ended, 0, US(50),
		"time until the caller runs");
}

static void loans_broken(void)
{
	begin("who called the first of a chain does not pay once it is stopped");
	chain_break(MIDDLE);

	begin("who called the first of a chain does not pay beyond a break in it");
	chain_break(MIDDLE2);
}

/* While the server overruns, it is interrupted often, and refills come due. */
static void loans_overrun(void)
{
	uint64_t least = MS(100);

	begin("a caller whose server overruns for long does not run at once");
	for (unsigned i = 0; i < 20; i++) {
		uint64_t ended;

		call_of(CALLER3, SLICES, MS(6) + random_below(MS(6)));
		for (unsigned j = 0; j < 60; j++) {
			sleep(US(200) + random_below(US(200)));
		}
		sleep(MS(7));
		stop_all();
		test_expect(log_of(CALLER3)->count >= 2, "the caller runs on");
		ended = log_of(SLICES)->runs[0].end;
		if (log_of(CALLER3)->runs[0].end - ended < least) {
			least = log_of(CALLER3)->runs[0].end - ended;
		}
	}
	test_between(least, MS(2), MS(5), "least time until a caller runs");
}

static void floods(void)
{
	begin("a flood of notifications delays nobody above it");
	tester.late_max = 0;
	start(F3, SPINNER_REST, 0);
	start(FLOOD, SPINNER_FLOOD, 0);
	start(A, SPINNER_SPIN, 0);
	for (unsigned i = 0; i < 50; i++) {
		sleep(US(500) + random_below(US(500)));
	}
	stop_all();
	test_between(tester.late_max, 0, US(5), "delay of the tester's timer");
	test_between(used_max(A, MS(10)), MS(2), MS(3) + SLACK, "time of a PD above");
	test_expect(log_of(F3)->calls > 1000, "the flood has arrived");
}

void init(void)
{
	shares();
	bursts();
	loans();
	loans_revoked();
	loans_settled();
	loans_overrun();
	loans_broken();
	test_case("the EL0 timer is never early and seldom late");
	test_expect(!tester.early, "it is early");
	test_between(tester.late_max, 0, US(5), "ticks late at most");
	floods();
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
