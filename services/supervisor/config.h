/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration blobs and counters of the supervisor; see devices/lib/config.h.
 *
 * A client that the system file lets ask (`demo`) calls the supervisor with the id of a child
 * as the one message word: enum supervisor_answer is the label of the reply.
 */
#pragma once

#include <devices/lib/config.h>
#include <kernel/abi.h>
#include <kernel/statistics.h>

#define SUPERVISOR_CHILDREN_MAX 62u
#define SUPERVISOR_RESTARTS 5u /* in a period, unless the system file says otherwise */
#define SUPERVISOR_RESTARTS_MAX 16u
#define SUPERVISOR_PERIOD_US 10000000u /* unless the system file says otherwise */

/*
 * A child hangs that has run for so long without a receive. It is looked for so often
 * in this time, by a clock that runs for so long each time.
 */
#define SUPERVISOR_HANG_MIN_US 10000u
#define SUPERVISOR_LOOKS 4u
#define SUPERVISOR_CLOCK_US 100u /* fewer may be used up by an emulator's own work */
#define SUPERVISOR_NO_CLOCK UINT32_MAX

#define SUPERVISOR_DEMO_US 500000u /* from one restart that was asked for to the next */

/* Reasons of a restart beside seL4_Fault_*. */
#define SUPERVISOR_HUNG 64u
#define SUPERVISOR_ASKED 65u

/* ESR_EL1.EC of BRK (Arm DDI 0487, D24.2.40): what a program ends itself with. */
#define SUPERVISOR_CLASS_BRK 0x3cu

#define SUPERVISOR_MAGIC CONFIG_MAGIC('s', 'u', 'p', 3)
#define SUPERVISOR_CLIENT_MAGIC CONFIG_MAGIC('s', 'u', 'c', 1)
#define SUPERVISOR_POST_MORTEM_MAGIC CONFIG_MAGIC('s', 'u', 'm', 2)

enum supervisor_answer {
	SUPERVISOR_OK = 0,      /* it starts anew */
	SUPERVISOR_UNKNOWN = 1, /* there is no such child, or no such request */
	SUPERVISOR_TOO_SOON = 2 /* after the last one that was asked for */
};

/* Pointed to by `supervisor_config`. */
struct supervisor_config {
	uint32_t magic;
	uint32_t num_children; /* their ids are 0 to num_children - 1 */
	uint32_t restarts;     /* that a child may have in a period; <= ..._MAX */
	uint32_t clock;        /* channel on which it ticks; SUPERVISOR_NO_CLOCK */
	uint64_t period_ticks; /* of the system counter */
	uint64_t hang_ticks;   /* 0: nobody hangs */
	uint64_t demo_ticks;
	uint64_t watched;      /* bit i: child i may not hang */
	uint64_t counters;     /* vaddr of struct supervisor_counters */
	uint64_t post_mortems; /* vaddr of num_children struct supervisor_post_mortem */
	char names[SUPERVISOR_CHILDREN_MAX][CONFIG_NAME_BYTES];
};

/* Pointed to by `supervisor_client_config`. */
struct supervisor_client_config {
	uint32_t magic;
	uint32_t channel; /* to the supervisor: PPC out */
	uint32_t num_children;
	uint32_t unused;
	char names[SUPERVISOR_CHILDREN_MAX][CONFIG_NAME_BYTES];
};

/*
 * Counters, in the region supervisor_counters. They are as they are now; all but `restarts`
 * are of the last restart, 0 if there was none.
 */
struct supervisor_counters {
	struct supervisor_child {
		uint64_t restarts;
		uint64_t stopped; /* 1: it had too many, and runs no more */
		uint64_t hangs;   /* restarts because it hung */
		uint64_t reason;  /* of the last: seL4_Fault_*, or SUPERVISOR_HUNG .. */
		uint64_t code;   /* VM fault: the address; user exception: ESR_EL1's EC */
		uint64_t pc, lr; /* of the child */
		uint64_t when;   /* in ticks of the system counter */
	} children[SUPERVISOR_CHILDREN_MAX];
};

/*
 * What the last death of a child has left behind, in the region supervisor_post_mortems in the
 * order of their ids; scripts/post-mortem reads it. It is kept until the next death of the same
 * child, and as long as the memory is.
 */
struct supervisor_post_mortem {
	uint64_t magic;
	char name[CONFIG_NAME_BYTES];
	struct supervisor_child child; /* as it was then; `when` 0: it never died */
	struct pd_statistics counted;  /* likewise; all 0: the kernel does not count */
	uint64_t waiting;              /* for it: see microkit_child_waiting */
	uint64_t registers[REGISTER_WORDS]; /* where it was: a seL4_UserContext, as: */
	/*
	 * In x1 to x28 the return addresses on its stack, as far as there are frame
	 * records, the innermost first; then 0. See microkit/start/start.S.
	 */
	uint64_t calls[REGISTER_WORDS];
	uint64_t told; /* 1: `calls` is of this death; 0: of an earlier one */
};

_Static_assert(sizeof(struct supervisor_config) <= CONFIG_BYTES_MAX, "fits its page");
_Static_assert(sizeof(struct supervisor_client_config) <= CONFIG_BYTES_MAX, "likewise");
_Static_assert(sizeof(struct supervisor_counters) <= CONFIG_BYTES_MAX, "fits its page");
