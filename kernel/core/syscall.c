/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls: the table, and the calls that have no room of their own.
 */
#include "syscall.h"

#include <arch/arch.h>

#include <kernel/statistics.h>

#include "account.h"
#include "console.h"
#include "control.h"
#include "interrupt.h"
#include "ipc.h"
#include "notification.h"
#include "schedule.h"

static bool cap_held(pd_t pd, uint64_t slot, enum cap_type type)
{
	return slot < CAP_SLOTS && cap_table[pd][slot].type == type;
}

static bool smc_allowed(pd_t pd, uint64_t function)
{
	unsigned count = pd_constants[pd].num_smc;

	if (count == SMC_ALL)
		return true;
	for (unsigned i = 0; i < SMC_MAX; i++)
		if (i < count && pd_details[pd].smc[i] == function)
			return true;
	return false;
}

static struct frame *syscall_smc(uint64_t unused, uint64_t unused2, uint64_t unused3)
{
	struct core *core = core_self();
	pd_t pd = core->current;

	(void)unused;
	(void)unused2;
	(void)unused3;
	if (!cap_held(pd, SLOT_SMC, CAP_SMC) ||
		!smc_allowed(pd, arch_message_read(pd, 0))) {
		arch_set_results(pd, STATUS_REFUSED, 0);
	} else {
		arch_smc(pd);
		arch_set_results(pd, STATUS_OK, 0);
	}
	return schedule_stay(core);
}

static struct frame *syscall_statistics(uint64_t slot, uint64_t subject, uint64_t unused)
{
	struct core *core = core_self();
	pd_t pd = core->current;

	(void)unused;
	if (cap_held(pd, slot, CAP_CONTROL)) {
		subject = cap_table[pd][slot].target;
	} else if (!cap_held(pd, slot, CAP_STATISTICS) ||
		   subject >= system_header.num_pds) {
		arch_set_results(pd, STATUS_REFUSED, 0);
		return schedule_stay(core);
	}
	for (unsigned i = 0; i < STATISTICS_WORDS; i++)
		arch_message_write(pd, i, account_read((pd_t)subject, i));
	arch_set_results(pd, STATUS_OK, system_header.num_pds);
	return schedule_stay(core);
}

static struct frame *syscall_putc(uint64_t c, uint64_t unused, uint64_t unused2)
{
	struct core *core = core_self();

	(void)unused;
	(void)unused2;
	arch_set_results(core->current, console_putc((char)c), 0);
	return schedule_stay(core);
}

/* This kernel has no virtual machines. */
static struct frame *syscall_vcpu(uint64_t slot, uint64_t unused, uint64_t unused2)
{
	struct core *core = core_self();

	(void)slot;
	(void)unused;
	(void)unused2;
	arch_set_results(core->current, STATUS_REFUSED, 0);
	return schedule_stay(core);
}

/* At the start of a page: its address takes one instruction. */
const syscall_handler syscall_table[SYS_COUNT] __attribute__((aligned(PAGE_BYTES))) = {
	[SYS_CALL] = ipc_call,
	[SYS_REPLY_RECEIVE] = ipc_reply_receive,
	[SYS_RECEIVE] = ipc_receive,
	[SYS_NOTIFY] = notification_notify,
	[SYS_SIGNAL_RECEIVE] = notification_signal_receive,
	[SYS_IRQ_ACK] = interrupt_ack,
	[SYS_CONTROL] = control_operate,
	[SYS_SMC] = syscall_smc,
	[SYS_STATISTICS] = syscall_statistics,
	[SYS_DEBUG_PUTC] = syscall_putc,
	[SYS_VCPU] = syscall_vcpu,
	[SYS_ACK_SIGNAL_RECEIVE] = notification_ack_signal_receive,
};
