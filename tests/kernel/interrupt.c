/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts: level and edge, masked until acknowledged and until init has ended,
 * through stop and restart of their driver.
 */
#include "interrupt.h"

#include "raw.h"
#include "testing.h"

#define DRIVER 1u /* channel and child id */
#define IDLE_CHANNEL 60u

static const bool edge = EDGE; /* the system file's trigger; -D of the driver script */

static volatile struct shared *const shared = (volatile struct shared *)SHARED_VADDR;

/* Run all others until they wait for something. */
static void settle(void)
{
	raw_notify(SLOT_NOTIFY + IDLE_CHANNEL, 0, 0, 0);
	while ((raw_receive(0, 0, 0, 0).x0 & 1ull << IDLE_CHANNEL) == 0) {
	}
}

static void control(enum control_op op)
{
	test_equal(raw_control(SLOT_CHILD + DRIVER, op, 0, 0).x0, STATUS_OK, "status");
}

static void tell(uint64_t plan)
{
	shared->when_told = plan;
	raw_notify(SLOT_NOTIFY + DRIVER, 0, 0, 0);
	settle();
}

/* The line is low, the driver is fresh, and has acknowledged. */
static void begin(const char *name, uint64_t in_interrupt)
{
	test_case(name);
	line_lower();
	shared->in_init = DO_LOWER;
	shared->in_interrupt = DO_LOWER;
	control(CONTROL_RESTART);
	settle();
	tell(DO_ACK);
	shared->in_interrupt = in_interrupt;
	shared->interrupts = 0;
}

static void expect_interrupts(uint64_t count)
{
	settle();
	test_equal(shared->interrupts, count, "interrupts");
}

static void acknowledgements(void)
{
	begin("an interrupt arrives", DO_LOWER | DO_ACK);
	line_raise();
	expect_interrupts(1);
	line_raise();
	expect_interrupts(2);

	begin("a deferred acknowledgement lets it come again", DO_LOWER | DO_DEFER_ACK);
	for (unsigned i = 1; i <= 4; i++) {
		line_raise();
		expect_interrupts(i);
	}

	begin("an interrupt does not come again before it is acknowledged", DO_LOWER);
	line_raise();
	expect_interrupts(1);
	line_raise();
	expect_interrupts(1);
	shared->in_interrupt = DO_LOWER | DO_ACK;
	tell(DO_ACK);
	expect_interrupts(2);

	begin(edge ? "an edge that is acknowledged does not come again"
		   : "a level that stays comes again when it is acknowledged",
		DO_ACK);
	line_raise();
	expect_interrupts(edge ? 1 : INTERRUPTS_MAX);

	begin("superfluous acknowledgements have no effect", DO_LOWER | DO_ACK);
	for (unsigned i = 0; i < 10; i++) {
		tell(DO_ACK);
	}
	expect_interrupts(0);
	line_raise();
	expect_interrupts(1);
}

static void incarnations(void)
{
	begin("an interrupt that was not acknowledged is gone after a restart", 0);
	line_raise();
	expect_interrupts(1);
	control(CONTROL_RESTART); /* its init lowers the line */
	expect_interrupts(1);
	shared->in_interrupt = DO_LOWER | DO_ACK;
	line_raise();
	expect_interrupts(2);

	begin(edge ? "an edge from before a restart does not come again"
		   : "a level that stays over a restart comes again",
		0);
	line_raise();
	expect_interrupts(1);
	shared->in_init = 0;
	shared->in_interrupt = DO_LOWER | DO_ACK;
	control(CONTROL_RESTART);
	expect_interrupts(edge ? 1 : 2);

	begin("an interrupt that is pending but not received is gone after a restart",
		DO_LOWER);
	line_raise(); /* the tester is above the driver */
	burn(us_to_ticks(50));
	control(CONTROL_RESTART);
	expect_interrupts(0);
	line_raise();
	expect_interrupts(1);
}

static void init_and_stop(void)
{
	begin(edge ? "an edge during init comes when init has ended"
		   : "a level that init lowers again never comes",
		DO_LOWER | DO_ACK);
	shared->in_init = DO_RAISE | DO_BURN | DO_LOWER;
	control(CONTROL_RESTART);
	expect_interrupts(edge ? 1 : 0);
	shared->in_init = DO_RAISE | DO_BURN;
	shared->interrupts = 0;
	control(CONTROL_RESTART);
	expect_interrupts(1);

	begin("an interrupt of a stopped driver comes when it is resumed",
		DO_LOWER | DO_ACK);
	control(CONTROL_STOP);
	line_raise();
	expect_interrupts(0);
	control(CONTROL_RESUME);
	expect_interrupts(1);
	line_raise();
	expect_interrupts(2);
}

static void stops(void)
{
	begin("an interrupt of a driver that is stopped twice is not lost",
		DO_LOWER | DO_ACK);
	control(CONTROL_STOP);
	line_raise();
	settle();
	control(CONTROL_STOP);
	settle();
	control(CONTROL_RESUME);
	expect_interrupts(1);

	begin("an interrupt of a driver that was stopped while it could run",
		DO_LOWER | DO_ACK);
	shared->when_told = 0;
	raw_notify(SLOT_NOTIFY + DRIVER, 0, 0, 0);
	control(CONTROL_STOP);
	control(CONTROL_RESUME);
	settle();
	line_raise();
	expect_interrupts(1);

	begin("an interrupt that a stop has withdrawn", DO_LOWER | DO_ACK);
	line_raise(); /* the tester is above the driver, which has not received it */
	burn(us_to_ticks(50));
	control(CONTROL_STOP);
	settle();
	control(CONTROL_RESUME);
	settle();
	line_lower();
	shared->interrupts = 0;
	line_raise();
	expect_interrupts(1);

	begin("a stop between interrupt and acknowledgement", DO_LOWER);
	line_raise();
	expect_interrupts(1);
	control(CONTROL_STOP);
	settle();
	control(CONTROL_RESUME);
	settle();
	shared->in_interrupt = DO_LOWER | DO_ACK;
	tell(DO_ACK);
	line_raise();
	expect_interrupts(2);
	test_equal(shared->strangers, 0, "notifications of nobody");
}

static void rights(void)
{
	test_case("who does not own an interrupt may not acknowledge it");
	for (uint64_t slot = 0; slot < CAP_SLOTS + 64; slot++) {
		test_equal(raw_irq_ack(slot, 0, 0, 0).x0, STATUS_REFUSED, "status");
	}
}

void init(void)
{
	shared->in_init = DO_LOWER;
	shared->in_interrupt = DO_LOWER | DO_ACK;
	settle();
	acknowledgements();
	incarnations();
	init_and_stop();
	stops();
	rights();
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
