/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control of children: Microkit's calls, which crash on a refusal, and seL4's,
 * which return it.
 */
#include <microkit.h>

#define CONTEXT_WORDS REGISTER_WORDS

/* A child's operation that this PD cannot do without. */
static void control(
	microkit_child pd, enum control_op op, uint64_t argument, const char *function)
{
	uint64_t status =
		microkit_svc_control(SLOT_CHILD + (uint64_t)pd, op, argument).first;

	if (status != STATUS_OK) {
		microkit_dbg_puts(microkit_name);
		microkit_dbg_puts(": ");
		microkit_dbg_puts(function);
		microkit_dbg_puts(": refused for child ");
		microkit_dbg_put32(pd);
		microkit_dbg_puts("\n");
		microkit_internal_crash(microkit_error(status));
	}
}

void microkit_pd_restart(microkit_child pd, seL4_Word entry_point)
{
	control(pd, CONTROL_RESTART, entry_point, "microkit_pd_restart");
}

void microkit_pd_stop(microkit_child pd)
{
	control(pd, CONTROL_STOP, 0, "microkit_pd_stop");
}

void microkit_pd_resume(microkit_child pd)
{
	control(pd, CONTROL_RESUME, 0, "microkit_pd_resume");
}

uint64_t microkit_child_waiting(microkit_child child)
{
	/* Any operation says it; this one changes nothing. */
	return microkit_svc_control(
		SLOT_CHILD + (uint64_t)child, CONTROL_READ_REGISTERS, 1)
		.second;
}

seL4_Error seL4_TCB_ReadRegisters(seL4_TCB service, seL4_Bool suspend_source,
	seL4_Uint8 arch_flags, seL4_Word count, seL4_UserContext *regs)
{
	uint64_t status = STATUS_OK;
	uint64_t *words = (uint64_t *)regs;

	(void)arch_flags;
	if (suspend_source) {
		status = microkit_svc_control(service, CONTROL_STOP, 0).first;
	}
	if (status == STATUS_OK) {
		status = microkit_svc_control(service, CONTROL_READ_REGISTERS, count)
				 .first;
	}
	if (status != STATUS_OK) {
		return microkit_error(status);
	}
	for (seL4_Word i = 0; i < count && i < CONTEXT_WORDS; i++) {
		words[i] = MICROKIT_MESSAGE_WORDS[i];
	}
	return seL4_NoError;
}

seL4_Error seL4_TCB_WriteRegisters(seL4_TCB service, seL4_Bool resume_target,
	seL4_Uint8 arch_flags, seL4_Word count, seL4_UserContext *regs)
{
	const uint64_t *words = (const uint64_t *)regs;
	uint64_t status;

	(void)arch_flags;
	for (seL4_Word i = 0; i < count && i < CONTEXT_WORDS; i++) {
		MICROKIT_MESSAGE_WORDS[i] = words[i];
	}
	status = microkit_svc_control(service, CONTROL_WRITE_REGISTERS, count).first;
	if (status == STATUS_OK && resume_target) {
		status = microkit_svc_control(service, CONTROL_RESUME, 0).first;
	}
	return microkit_error(status);
}
