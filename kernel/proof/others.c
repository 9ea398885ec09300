/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_SMC, SYS_STATISTICS, SYS_DEBUG_PUTC, SYS_VCPU: nothing of the state changes and the
 * caller goes on. The firmware is asked only for what was granted, and accounts are read
 * of whom a capability names.
 */
#define ENTRY ask(slot, argument)
#define ASSUME cut = false
#define AFTER !cut &&same(now) && same_irq(now) && resumed == pd
#include "spec.h"

#include <kernel/statistics.h>

#include "account.h"

static uint64_t asked; /* the function that the caller asks the firmware for */
static uint64_t asked_slot, asked_subject;

static uint64_t message_read(pd_t pd, unsigned word)
{
	asked = arch_message_read(pd, word);
	return asked;
}

static void smc_made(pd_t pd)
{
	bool granted = pd_constants[pd].num_smc == SMC_ALL;

	for (unsigned i = 0; i < SMC_MAX; i++)
		if (i < pd_constants[pd].num_smc && smc_table[pd * SMC_MAX + i] == asked)
			granted = true;
	assert(granted && cap_table[pd * CAP_SLOTS + SLOT_SMC].type == CAP_SMC);
	assert(pd == k.core[0].current);
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
	if (nondet_bool())
		syscall_smc(slot, argument, 0);
	else if (nondet_bool())
		syscall_statistics(slot, argument, 0);
	else if (nondet_bool())
		syscall_putc(
			slot & 0x7fu, argument, 0); /* others are as the compiler says */
	else
		syscall_vcpu(slot, argument, 0);
}

#include "entry.h"
