/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_SMC, SYS_STATISTICS, SYS_DEBUG_PUTC, SYS_VCPU: nothing of the state changes and the
 * caller goes on. The firmware is asked only for what was granted, and accounts are read
 * of whom a capability names.
 */
#define ENTRY ask(slot, argument)
#define ASSUME cut = false
#define AFTER                                                 \
	!cut &&same(now) && same_irq(now) && resumed == pd && \
		(some == pd ? answered(pd) : told_nothing())
#include "spec.h"

#include <kernel/statistics.h>

#include "account.h"

static uint64_t asked; /* the function that the caller asks the firmware for */
static uint64_t asked_slot, asked_subject;
static unsigned call; /* which of them is made */
static bool made;     /* the firmware was asked */

static bool smc_granted(pd_t pd)
{
	bool granted = pd_constants[pd].num_smc == SMC_ALL;

	for (unsigned i = 0; i < SMC_MAX; i++)
		if (i < pd_constants[pd].num_smc && smc_table[pd * SMC_MAX + i] == asked)
			granted = true;
	return granted && cap_table[pd * CAP_SLOTS + SLOT_SMC].type == CAP_SMC;
}

static bool may_read(pd_t pd)
{
	struct cap cap = cap_of(pd, asked_slot);

	return asked_slot < CAP_SLOTS &&
	       (cap.type == CAP_CONTROL ||
		       (cap.type == CAP_STATISTICS &&
			       asked_subject < system_header.num_pds));
}

/* What the caller is told. */
static bool answered(pd_t pd)
{
	if (call == SYS_SMC)
		return made == smc_granted(pd) &&
		       told_results(made ? STATUS_OK : STATUS_REFUSED, 0);
	if (call == SYS_STATISTICS && may_read(pd))
		return told.done == (TOLD_RESULTS | TOLD_WORDS) && told.x0 == STATUS_OK &&
		       told.x1 == system_header.num_pds;
	if (call == SYS_DEBUG_PUTC)
		return told_results(told.x0, 0); /* the console's answer */
	return told_results(STATUS_REFUSED, 0);
}

static uint64_t message_read(pd_t pd, unsigned word)
{
	asked = arch_message_read(pd, word);
	return asked;
}

static void smc_made(pd_t pd)
{
	assert(smc_granted(pd) && pd == k.core[0].current && !made);
	made = true;
}

static uint64_t account_seen(pd_t subject, unsigned word)
{
	struct cap cap = cap_of(k.core[0].current, asked_slot);

	assert(asked_slot < CAP_SLOTS && valid(subject) && word < STATISTICS_WORDS);
	assert(cap.type == CAP_CONTROL
			? subject == cap.target
			: cap.type == CAP_STATISTICS && subject == asked_subject);
	return 0;
}

#define arch_message_read(pd, word) message_read(pd, word)
#define arch_smc(pd) smc_made(pd)
#define account_read(subject, word) account_seen(subject, word)
#include "syscall.c"

static void ask(uint64_t slot, uint64_t argument)
{
	asked_slot = slot;
	asked_subject = argument;
	made = false;
	call = nondet_bool()   ? SYS_SMC
	       : nondet_bool() ? SYS_STATISTICS
	       : nondet_bool() ? SYS_DEBUG_PUTC
			       : SYS_VCPU;
	if (call == SYS_SMC)
		syscall_smc(slot, argument, nondet_uint64());
	else if (call == SYS_STATISTICS)
		syscall_statistics(slot, argument, nondet_uint64());
	else if (call == SYS_DEBUG_PUTC)
		syscall_putc(slot & 0x7fu, argument,
			nondet_uint64()); /* others are as the compiler says */
	else
		syscall_vcpu(slot, argument, nondet_uint64());
}

#include "entry.h"
