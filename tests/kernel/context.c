/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating point registers and TPIDR_EL0 are each PD's own: they do not leak and
 * do not change while two PDs of one priority, a server and others use them; and
 * a restart zeroes them.
 */
#include "context.h"

#include "raw.h"
#include "testing.h"

#define TIMER_ID 40u
#define RESTARTED 3u /* child and channel */

static volatile const struct context_log *log_of(unsigned number)
{
	return (volatile const struct context_log *)(0x2100000ul + 0x1000ul * number);
}

static void sleep_us(uint64_t us)
{
	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(counter() + us_to_ticks(us)));
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(1ul));
	raw_irq_ack(SLOT_IRQ + TIMER_ID, 0, 0, 0);
	while ((raw_receive(0, 0, 0, 0).x0 & 1ull << TIMER_ID) == 0) {
	}
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(0ul));
}

void init(void)
{
	sleep_us(50000);
	for (unsigned i = 0; i < 20; i++) {
		raw_notify(SLOT_NOTIFY + RESTARTED, 0, 0, 0);
		raw_control(SLOT_CHILD + RESTARTED, CONTROL_RESTART, 0, 0);
		sleep_us(1234);
		raw_notify(SLOT_NOTIFY + RESTARTED, 0, 0, 0);
		sleep_us(777);
	}
	test_case("registers of two PDs that take turns stay their own");
	test_equal(log_of(0)->wrong, 0, "wrong registers of the first");
	test_equal(log_of(1)->wrong, 0, "wrong registers of the second");
	test_expect(
		log_of(0)->rounds > 100 && log_of(1)->rounds > 100, "both make rounds");
	test_case("registers of their server stay its own");
	test_equal(log_of(2)->wrong, 0, "wrong registers of the server");
	test_expect(log_of(2)->rounds > 50, "it serves");
	test_case("registers are zero when a PD starts first");
	test_equal(log_of(0)->first_left, 0, "left in the first");
	test_equal(log_of(1)->first_left, 0, "left in the second");
	test_equal(log_of(2)->first_left, 0, "left in the server");
	test_case("registers are zero after a restart");
	test_equal(log_of(RESTARTED)->starts, 21, "starts");
	test_equal(log_of(RESTARTED)->first_left, 0, "left over");
	test_equal(log_of(RESTARTED)->wrong, 0, "wrong registers between");
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
