/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_CONTROL to read or write a child's registers, or something that is no operation:
 * nothing changes but that a child stopped in a receive is just stopped once its
 * registers are written.
 */
#define ENTRY operate(slot, argument)
#define ASSUME assume_at(type == CAP_CONTROL ? cap.target : PD_NONE)
#define AFTER                                                             \
	same_irq(now) && same_rest(now) && written(now, pd, type, cap) && \
		(some == pd ? answered(type, cap, argument)               \
			    : told_registers(pd, type, cap, argument))
#include "spec.h"

#include "control.h"

static uint64_t operation;

/* With constants: CBMC follows a pointer to a function only then. */
static void operate(uint64_t slot, uint64_t argument)
{
	operation = CONTROL_OP_COUNT;
	if (nondet_bool()) {
		operation = CONTROL_READ_REGISTERS;
		control_operate(slot, CONTROL_READ_REGISTERS, argument);
	} else if (nondet_bool()) {
		operation = CONTROL_WRITE_REGISTERS;
		control_operate(slot, CONTROL_WRITE_REGISTERS, argument);
	} else {
		control_operate(slot, CONTROL_OP_COUNT, argument);
	}
}

static bool refused(pd_t pd, uint8_t type, struct cap cap)
{
	return type != CAP_CONTROL || operation == CONTROL_OP_COUNT || cap.target == pd;
}

/* The target's registers may be written: it is stopped or at fault. */
static bool is_still(void)
{
	return target_stopped() || target_before >= STATE_FAULTED;
}

static bool is_count(uint64_t count)
{
	return count >= 1 && count <= REGISTER_WORDS;
}

/* What the caller is told. */
static bool answered(uint8_t type, struct cap cap, uint64_t count)
{
	bool done = is_count(count) &&
		    (operation == CONTROL_READ_REGISTERS || is_still());
	uint64_t status = done              ? STATUS_OK
			  : is_count(count) ? STATUS_BAD_STATE
					    : STATUS_REFUSED;

	if (refused(some, type, cap))
		return told_results(STATUS_REFUSED, 0);
	if (done && operation == CONTROL_READ_REGISTERS)
		return told.done == (TOLD_RESULTS | TOLD_WORDS) &&
		       told.from == cap.target && told.words == count &&
		       told.x0 == status && told.x1 == k.waiting[cap.target];
	return told_results(status, k.waiting[cap.target]);
}

static bool told_registers(pd_t pd, uint8_t type, struct cap cap, uint64_t count)
{
	if (refused(pd, type, cap) || some != cap.target ||
		operation != CONTROL_WRITE_REGISTERS || !is_count(count) || !is_still())
		return told_nothing();
	return told.done == TOLD_REGISTERS && told.from == pd && told.words == count;
}

static bool written(struct about a, pd_t pd, uint8_t type, struct cap cap)
{
	if (a.state == was.state)
		return same(a);
	return operation == CONTROL_WRITE_REGISTERS && type == CAP_CONTROL &&
	       some == cap.target && some != pd && was.state == STATE_STOPPED_RECEIVING &&
	       a.state == STATE_STOPPED && !a.ready && !was.ready && same_links(a) &&
	       same_words(a);
}

#include "entry.h"
