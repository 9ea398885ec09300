/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chaos: the puppets carry out random scripts while the director stops, restarts
 * and resumes them at random moments, in the middle of calls, loans and faults.
 * After each round all are restarted, and then everybody must serve everybody.
 */
#include "chaos.h"

#include "director.h"

#define TIMER_ID 59u
#define ACTIONS 24u /* in a round */
#define ROUNDS_PER_CASE 50u

static volatile const struct chaos_order *const order =
	(volatile const struct chaos_order *)ORDER_VADDR;

static uint64_t state;

static const enum puppet own[] = { C1, C2, C3, S, P, T, V, U, Q, W };
#define OWN (sizeof(own) / sizeof(own[0]))

/* Who may call whom; all must work at the end of a round. */
static const struct {
	enum puppet caller, server;
	const char *expected;
} calls[] = { { C1, S, "C1:ok" }, { C1, P, "C1:ok" }, { C1, T, "C1:ok" },
	{ C1, V, "C1:ok" }, { C1, Q, "C1:ok" }, { C1, W, "C1:ok" }, { C1, Y, "C1:ok" },
	{ C2, S, "C2:ok" }, { C2, P, "C2:ok" }, { C2, T, "C2:ok" }, { C2, V, "C2:ok" },
	{ C2, Y, "C2:ok" }, { C3, S, "C3:ok" }, { C3, P, "C3:ok" }, { C3, T, "C3:ok" },
	{ C3, V, "C3:ok" }, { K, S, "K:ok" }, { K, P, "K:ok" }, { K, Q, "K:ok" },
	{ X, W, "X:ok" }, { S, T, "S:ok" }, { S, V, "S:ok" }, { P, T, "P:ok" },
	{ P, V, "P:ok" }, { T, V, "T:ok" }, { T, U, "T:ok" }, { V, U, "V:ok" },
	{ Q, T, "Q:ok" }, { W, T, "W:ok" } };
#define CALLS (sizeof(calls) / sizeof(calls[0]))

static uint64_t below(uint64_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state * 0x2545f4914f6cdd1dull >> 32) % limit;
}

/* What to do about a child's fault; the event that came next. */
static struct raw_result fault_event(enum puppet child)
{
	switch (below(6)) {
	case 0:
		(void)raw_skip_instruction(child);
		return raw_reply_receive(0, raw_info(0, 0), 0, 0);
	case 1:
		return raw_reply_receive(0, raw_info(1, 0), 0, 0);
	case 2:
		raw_control(SLOT_CHILD + child, CONTROL_RESTART, 0, 0);
		break;
	case 3:
		raw_control(SLOT_CHILD + child, CONTROL_STOP, 0, 0);
		break;
	case 4:
		(void)raw_skip_instruction(child);
		raw_control(SLOT_CHILD + child, CONTROL_RESUME, 0, 0);
		break;
	default:
		break;
	}
	return raw_receive(0, 0, 0, 0);
}

/* Let the others run for so long. */
static void rest(uint64_t us)
{
	struct raw_result event;

	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(counter() + us_to_ticks(us)));
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(1ul));
	raw_irq_ack(SLOT_IRQ + TIMER_ID, 0, 0, 0);
	event = raw_receive(0, 0, 0, 0);
	while ((event.x0 & EVENT_FAULT) != 0 || (event.x0 & 1ull << TIMER_ID) == 0) {
		if ((event.x0 & EVENT_FAULT) != 0) {
			event = fault_event((enum puppet)(event.x0 & EVENT_ID_MASK));
		} else {
			event = raw_receive(0, 0, 0, 0);
		}
	}
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(0ul));
}

/* A step for any puppet; calls are to servers that it may call. */
static struct step draw_step(enum puppet puppet)
{
	const struct step nothing = { OP_LOG, 0 };
	uint64_t tries = below(CALLS);

	switch (below(9)) {
	case 0:
	case 1:
	case 2:
		for (unsigned i = 0; i < CALLS; i++) {
			uint64_t n = (tries + i) % CALLS;

			if (calls[n].caller == puppet) {
				return (struct step){ OP_CALL, TO(calls[n].server) };
			}
		}
		return nothing;
	case 3:
		return (struct step){ OP_READ_BAD, 0 };
	case 4:
		return (struct step){ OP_UNDEFINED, 0 };
	case 5:
	case 6:
		return (struct step){ OP_BURN, (uint16_t)(1 + below(4)) };
	case 7:
		return (struct step){ OP_POINT, 0 };
	default:
		return (struct step){ OP_DEFER, DIRECTOR_CHANNEL };
	}
}

static void draw_script(volatile struct step *script, enum puppet puppet)
{
	struct step steps[5] = { { OP_END, 0 } };
	unsigned length = (unsigned)below(4);

	for (unsigned i = 0; i < length; i++) {
		steps[i] = draw_step(puppet);
	}
	steps[length].op = OP_END;
	script_write(script, steps, length + 1);
}

/* A parent's way with a fault, which ends: the child goes on behind it, or not at all. */
static void draw_fault_script(volatile struct step *script, uint16_t child)
{
	const struct step ways[6][4] = {
		{ { OP_SKIP, child }, { OP_REPLY, 1 }, { OP_END, 0 } },
		{ { OP_SKIP, child }, { OP_RESUME, child }, { OP_END, 0 } },
		{ { OP_RESTART, child }, { OP_BURN, 1 }, { OP_END, 0 } },
		{ { OP_STOP, child }, { OP_BURN, 1 }, { OP_END, 0 } },
		{ { OP_BURN, 2 }, { OP_REPLY, 2 }, { OP_END, 0 } },
		{ { OP_BURN, 2 }, { OP_REPLY, 0 }, { OP_END, 0 } },
	};

	script_write(script, ways[below(6)], 3);
}

static void draw_scripts(void)
{
	for (unsigned i = 0; i < R; i++) {
		volatile struct control *page = control_of((enum puppet)i);

		draw_script(page->notified, (enum puppet)i);
		draw_script(page->protected, (enum puppet)i);
	}
	draw_fault_script(control_of(Q)->fault, 1);
	draw_fault_script(control_of(W)->fault, (uint16_t)(1 + below(2)));
}

static void act(void)
{
	enum puppet puppet = own[below(OWN)];

	switch (below(8)) {
	case 0:
		raw_control(SLOT_CHILD + puppet, CONTROL_STOP, 0, 0);
		break;
	case 1:
		raw_control(SLOT_CHILD + puppet, CONTROL_RESTART, 0, 0);
		break;
	case 2:
		raw_control(SLOT_CHILD + puppet, CONTROL_RESUME, 0, 0);
		break;
	case 3:
		(void)raw_skip_instruction(puppet);
		raw_control(SLOT_CHILD + puppet, CONTROL_RESUME, 0, 0);
		break;
	default:
		raw_notify(SLOT_NOTIFY + below(R), 0, 0, 0);
		break;
	}
	if (below(3) != 0) {
		rest(below(300));
	}
}

/* The scripts are empty, all are fresh, and all budgets are whole. */
static void restore(void)
{
	for (unsigned i = 0; i < R; i++) {
		CLEAR((enum puppet)i, init);
		CLEAR((enum puppet)i, notified);
		CLEAR((enum puppet)i, protected);
		CLEAR((enum puppet)i, fault);
	}
	SCRIPT(Q, init, { OP_RESTART, 1 });
	SCRIPT(W, init, { OP_RESTART, 1 }, { OP_RESTART, 2 });
	for (unsigned i = 0; i < OWN; i++) {
		raw_control(SLOT_CHILD + own[i], CONTROL_RESTART, 0, 0);
	}
	rest(100000);
	forget();
}

static void expect_calls(void)
{
	for (unsigned i = 0; i < CALLS; i++) {
		SCRIPT(calls[i].caller, notified, { OP_CALL, TO(calls[i].server) });
		kick(calls[i].caller);
		rest(20000);
		expect_events(calls[i].expected);
		CLEAR(calls[i].caller, notified);
	}
}

static bool healthy;

static void one_round(uint64_t round)
{
	uint64_t before = state;

	draw_scripts();
	for (unsigned i = 0; i < ACTIONS; i++) {
		act();
	}
	restore();
	expect_calls();
	if (test_failed() && healthy) {
		healthy = false;
		out(" (round ");
		out_decimal(round);
		out(", state ");
		out_hex(before);
		out(")");
	}
}

void init(void)
{
	state = order->seed * 2 + 1;
	begin("all serve all before the chaos");
	healthy = true;
	restore();
	expect_calls();
	for (uint64_t round = 0; round < order->rounds && healthy; round++) {
		if (round % ROUNDS_PER_CASE == 0) {
			test_case("all serve all after rounds of chaos");
		}
		one_round(round);
	}
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
