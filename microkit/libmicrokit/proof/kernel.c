/* SPDX-License-Identifier: BSD-2-Clause */
/* The system calls of svc.h, each as one question to the harness's kernel. */
#include "any.h"

volatile uint64_t kernel_message_words[MESSAGE_WORDS];

struct microkit_svc_result microkit_svc_call(uint64_t slot, uint64_t info)
{
	return kernel((struct asked){ SYS_CALL, { slot, info } });
}

struct microkit_svc_result microkit_svc_reply_receive(uint64_t info)
{
	return kernel((struct asked){ SYS_REPLY_RECEIVE, { 0, info } });
}

struct microkit_svc_result microkit_svc_receive(void)
{
	return kernel((struct asked){ SYS_RECEIVE, { 0 } });
}

struct microkit_svc_result microkit_svc_notify(uint64_t slot)
{
	return kernel((struct asked){ SYS_NOTIFY, { slot } });
}

struct microkit_svc_result microkit_svc_signal_receive(uint64_t slot)
{
	return kernel((struct asked){ SYS_SIGNAL_RECEIVE, { slot } });
}

struct microkit_svc_result microkit_svc_ack_signal_receive(
	uint64_t slot, uint64_t irq_slot)
{
	return kernel((struct asked){ SYS_ACK_SIGNAL_RECEIVE, { slot, irq_slot } });
}

struct microkit_svc_result microkit_svc_irq_ack(uint64_t slot)
{
	return kernel((struct asked){ SYS_IRQ_ACK, { slot } });
}

struct microkit_svc_result microkit_svc_control(
	uint64_t slot, enum control_op op, uint64_t argument)
{
	return kernel((struct asked){ SYS_CONTROL, { slot, op, argument } });
}

struct microkit_svc_result microkit_svc_smc(void)
{
	return kernel((struct asked){ SYS_SMC, { 0 } });
}

struct microkit_svc_result microkit_svc_statistics(uint64_t slot, uint64_t pd)
{
	return kernel((struct asked){ SYS_STATISTICS, { slot, pd } });
}

struct microkit_svc_result microkit_svc_debug_putc(uint64_t character)
{
	return kernel((struct asked){ SYS_DEBUG_PUTC, { character } });
}

struct microkit_svc_result microkit_svc_vcpu(
	uint64_t slot, enum vcpu_op op, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return kernel((struct asked){ SYS_VCPU, { slot, op, a, b, c, d } });
}
