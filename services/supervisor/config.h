/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration blob and counters of the supervisor; see devices/lib/config.h. */
#pragma once

#include <devices/lib/config.h>

#define SUPERVISOR_CHILDREN_MAX 62u
#define SUPERVISOR_RESTARTS 5u /* in a period, unless the system file says otherwise */
#define SUPERVISOR_RESTARTS_MAX 16u
#define SUPERVISOR_PERIOD_US 10000000u /* unless the system file says otherwise */

/* ESR_EL1.EC of BRK (Arm DDI 0487, D24.2.40): what a program ends itself with. */
#define SUPERVISOR_CLASS_BRK 0x3cu

#define SUPERVISOR_MAGIC CONFIG_MAGIC('s', 'u', 'p', 1)

/* Pointed to by `supervisor_config`. */
struct supervisor_config {
	uint32_t magic;
	uint32_t num_children; /* their ids are 0 to num_children - 1 */
	uint32_t restarts;     /* that a child may have in a period; <= ..._MAX */
	uint32_t unused;
	uint64_t period_ticks; /* of the system counter */
	uint64_t counters;     /* vaddr of struct supervisor_counters */
	char names[SUPERVISOR_CHILDREN_MAX][CONFIG_NAME_BYTES];
};

/*
 * Counters, in the region supervisor_counters. They are as they are now; all but `restarts`
 * are of the last fault, 0 if there was none.
 */
struct supervisor_counters {
	struct supervisor_child {
		uint64_t restarts;
		uint64_t stopped; /* 1: it had too many, and runs no more */
		uint64_t reason;  /* label of the fault: seL4_Fault_* */
		uint64_t code;   /* VM fault: the address; user exception: ESR_EL1's EC */
		uint64_t pc, lr; /* of the child */
		uint64_t when;   /* in ticks of the system counter */
	} children[SUPERVISOR_CHILDREN_MAX];
};

_Static_assert(sizeof(struct supervisor_config) <= CONFIG_BYTES_MAX, "fits its page");
_Static_assert(sizeof(struct supervisor_counters) <= CONFIG_BYTES_MAX, "fits its page");
