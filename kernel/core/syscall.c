/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls: decoding of the number, and the calls that have no room of
 * their own. Each handler first checks, then changes.
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

static void syscall_smc(pd_t pd)
{
	if (!cap_held(pd, SLOT_SMC, CAP_SMC) ||
		!smc_allowed(pd, arch_message_read(pd, 0))) {
		arch_set_results(pd, STATUS_REFUSED, 0);
		return;
	}
	arch_smc(pd);
	arch_set_results(pd, STATUS_OK, 0);
}

static void syscall_statistics(pd_t pd, uint64_t slot, uint64_t subject)
{
	if (!cap_held(pd, slot, CAP_STATISTICS) || subject >= system_header.num_pds) {
		arch_set_results(pd, STATUS_REFUSED, 0);
		return;
	}
	for (unsigned i = 0; i < STATISTICS_WORDS; i++)
		arch_message_write(pd, i, account_read((pd_t)subject, i));
	arch_set_results(pd, STATUS_OK, system_header.num_pds);
}

static void syscall_rare(
	struct core *core, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t number)
{
	switch (number) {
	case SYS_CONTROL:
		control_operate(core, a0, a1, a2);
		break;
	case SYS_SMC:
		syscall_smc(core->current);
		break;
	case SYS_STATISTICS:
		syscall_statistics(core->current, a0, a1);
		break;
	case SYS_DEBUG_PUTC:
		arch_set_results(core->current, console_putc((char)a0), 0);
		break;
	default: /* SYS_VCPU: this kernel has no virtual machines */
		arch_set_results(core->current, STATUS_REFUSED, 0);
		break;
	}
}

void syscall_dispatch(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t number)
{
	struct core *core = core_self();

	switch (number) {
	case SYS_CALL:
		ipc_call(core, a0, a1);
		break;
	case SYS_REPLY_RECEIVE:
		ipc_reply_receive(core, a1);
		break;
	case SYS_RECEIVE:
		ipc_receive(core);
		break;
	case SYS_NOTIFY:
		notification_notify(core, a0);
		break;
	case SYS_SIGNAL_RECEIVE:
		notification_signal_receive(core, a0);
		break;
	case SYS_IRQ_ACK:
		interrupt_ack(core, a0);
		break;
	default:
		syscall_rare(core, a0, a1, a2, number);
		break;
	}
}
