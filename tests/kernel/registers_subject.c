/* SPDX-License-Identifier: BSD-2-Clause */
/* The subject of the register test, the part in C: see registers.h. */
#include <microkit.h>

#include "raw.h"
#include "registers.h"

void subject_spin(void);
void subject_fault(void);
void subject_store(void);
extern const char subject_spin_pc[], subject_fault_pc[];

static struct shared *const shared = (struct shared *)SHARED_VADDR;
static uint64_t stack[8] __attribute__((aligned(16)));

void init(void)
{
	shared->spin_pc = (uint64_t)subject_spin_pc;
	shared->fault_pc = (uint64_t)subject_fault_pc;
	shared->store_pc = (uint64_t)subject_store;
	shared->stack = (uint64_t)(stack + 8);
}

static uint64_t try_control(void)
{
	uint64_t not_refused = 0;

	for (uint64_t slot = 0; slot < CAP_SLOTS + 64; slot++) {
		for (uint64_t op = 0; op <= CONTROL_OP_COUNT; op++) {
			not_refused += raw_control(slot, op, 1, 0).x0 != STATUS_REFUSED;
		}
	}
	return not_refused;
}

void notified(microkit_channel ch)
{
	if (shared->command == COMMAND_SPIN) {
		subject_spin();
	} else if (shared->command == COMMAND_FAULT) {
		subject_fault();
	} else if (shared->command == COMMAND_CONTROL) {
		shared->not_refused = try_control();
		microkit_notify(ch);
	}
}
