/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual CPUs and SMC: each call crashes this PD if the kernel refuses it. */
#include <microkit.h>

/* Judge the result of a call; the value that came with it. */
static uint64_t must(struct microkit_svc_result result, const char *function)
{
	if (result.first != STATUS_OK) {
		microkit_dbg_puts(microkit_name);
		microkit_dbg_puts(": ");
		microkit_dbg_puts(function);
		microkit_dbg_puts(": refused\n");
		microkit_internal_crash(microkit_error(result.first));
	}
	return result.second;
}

static uint64_t slot(microkit_child vcpu)
{
	return SLOT_CHILD + (uint64_t)vcpu;
}

void microkit_vcpu_restart(microkit_child vcpu, seL4_Word entry_point)
{
	must(microkit_svc_vcpu(slot(vcpu), VCPU_RESTART, entry_point, 0, 0, 0), __func__);
}

void microkit_vcpu_stop(microkit_child vcpu)
{
	must(microkit_svc_vcpu(slot(vcpu), VCPU_STOP, 0, 0, 0, 0), __func__);
}

void microkit_vcpu_arm_inject_irq(microkit_child vcpu, seL4_Uint16 irq,
	seL4_Uint8 priority, seL4_Uint8 group, seL4_Uint8 index)
{
	must(microkit_svc_vcpu(slot(vcpu), VCPU_INJECT_IRQ, irq, priority, group, index),
		__func__);
}

void microkit_vcpu_arm_ack_vppi(microkit_child vcpu, seL4_Word irq)
{
	must(microkit_svc_vcpu(slot(vcpu), VCPU_ACK_VPPI, irq, 0, 0, 0), __func__);
}

seL4_Word microkit_vcpu_arm_read_reg(microkit_child vcpu, seL4_Word reg)
{
	return must(microkit_svc_vcpu(slot(vcpu), VCPU_READ_REGISTER, reg, 0, 0, 0),
		__func__);
}

void microkit_vcpu_arm_write_reg(microkit_child vcpu, seL4_Word reg, seL4_Word value)
{
	must(microkit_svc_vcpu(slot(vcpu), VCPU_WRITE_REGISTER, reg, value, 0, 0),
		__func__);
}

void microkit_arm_smc_call(seL4_ARM_SMCContext *args, seL4_ARM_SMCContext *response)
{
	const uint64_t *in = (const uint64_t *)args;
	uint64_t *out = (uint64_t *)response;
	unsigned int words = sizeof *args / sizeof *in;

	for (unsigned int i = 0; i < words; i++) {
		MICROKIT_MESSAGE_WORDS[i] = in[i];
	}
	must(microkit_svc_smc(), __func__);
	for (unsigned int i = 0; i < words; i++) {
		out[i] = MICROKIT_MESSAGE_WORDS[i];
	}
}
