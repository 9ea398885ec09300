/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_CONTROL to read or write a child's registers, or something that is no operation:
 * nothing changes but that a child stopped in a receive is just stopped once its
 * registers are written.
 */
#define ENTRY operate(slot, argument)
#define ASSUME assume_at(type == CAP_CONTROL ? cap.target : PD_NONE)
#define AFTER same_irq(now) && same_budget(now) && written(now, pd, type, cap)
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
