/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the kernel's counters, by our call and by seL4's benchmark calls. */
#include <microkit.h>

_Static_assert(sizeof(struct pd_statistics) == STATISTICS_WORDS * 8, "all words");

/* Read into *statistics; the number of PDs, 0 if refused. */
static unsigned int read(uint64_t slot, uint64_t pd, struct pd_statistics *statistics)
{
	struct microkit_svc_result result = microkit_svc_statistics(slot, pd);
	uint64_t *words = (uint64_t *)statistics;

	if (result.first != STATUS_OK) {
		return 0;
	}
	for (unsigned int i = 0; i < STATISTICS_WORDS; i++) {
		words[i] = MICROKIT_MESSAGE_WORDS[i];
	}
	return (unsigned int)result.second;
}

unsigned int microkit_statistics_read(unsigned int pd, struct pd_statistics *statistics)
{
	return read(SLOT_STATISTICS, pd, statistics);
}

unsigned int microkit_child_statistics_read(
	microkit_child child, struct pd_statistics *statistics)
{
	return read(SLOT_CHILD + (uint64_t)child, 0, statistics);
}

/* ---- seL4's names: one child at a time, since a reset ---- */

#define CHILDREN (SLOT_USER - SLOT_CHILD)

/* Counters of each child at its last reset. */
static struct pd_statistics at_reset[CHILDREN];

/* The child behind a capability, CHILDREN if it is none. */
static uint64_t child_of(seL4_Word tcb)
{
	uint64_t child = tcb - SLOT_CHILD;

	return child < CHILDREN ? child : CHILDREN;
}

void seL4_BenchmarkGetThreadUtilisation(seL4_Word tcb)
{
	struct pd_statistics now = { 0 };
	uint64_t child = child_of(tcb);
	const struct pd_statistics *then = &at_reset[child];

	if (child == CHILDREN || read(tcb, 0, &now) == 0) {
		for (unsigned int i = 0; i < BENCHMARK_WORDS; i++) {
			MICROKIT_MESSAGE_WORDS[i] = 0;
		}
		return;
	}
	for (unsigned int i = 0; i < BENCHMARK_WORDS; i++) {
		MICROKIT_MESSAGE_WORDS[i] = 0;
	}
	MICROKIT_MESSAGE_WORDS[BENCHMARK_TCB_UTILISATION] = now.ticks - then->ticks;
	MICROKIT_MESSAGE_WORDS[BENCHMARK_TOTAL_UTILISATION] = now.now_ticks -
							      then->now_ticks;
	MICROKIT_MESSAGE_WORDS[BENCHMARK_TCB_NUMBER_SCHEDULES] = now.switches -
								 then->switches;
	MICROKIT_MESSAGE_WORDS[BENCHMARK_TCB_NUMBER_KERNEL_ENTRIES] =
		(now.calls - then->calls) + (now.notifications - then->notifications) +
		(now.faults - then->faults);
}

void seL4_BenchmarkResetThreadUtilisation(seL4_Word tcb)
{
	uint64_t child = child_of(tcb);

	if (child < CHILDREN) {
		read(tcb, 0, &at_reset[child]);
	}
}
