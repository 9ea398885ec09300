/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seL4 names, second part: operations on children, vCPUs, caches, and the
 * debug and benchmark calls. Included by <sel4/sel4.h>.
 */
#pragma once

#include <sel4/benchmark_utilisation_types.h>
#include <sel4/sel4.h>

/* ---- Children ---- */

/* A PD's registers in the order of kernel/abi.h, CONTROL_READ_REGISTERS. */
typedef struct seL4_UserContext {
	seL4_Word pc, sp, spsr;
	seL4_Word x0, x1, x2, x3, x4, x5, x6, x7;
	seL4_Word x8, x9, x10, x11, x12, x13, x14, x15;
	seL4_Word x16, x17, x18, x19, x20, x21, x22, x23;
	seL4_Word x24, x25, x26, x27, x28, x29, x30;
	seL4_Word tpidr_el0, tpidrro_el0;
} seL4_UserContext;

_Static_assert(sizeof(seL4_UserContext) == 8 * REGISTER_WORDS, "abi.h");

/*
 * Read the first `count` registers of the child behind `service` (BASE_TCB_CAP +
 * its id); stop it first if `suspend_source`. Overwrites the message words.
 */
seL4_Error seL4_TCB_ReadRegisters(seL4_TCB service, seL4_Bool suspend_source,
	seL4_Uint8 arch_flags, seL4_Word count, seL4_UserContext *regs);

/*
 * Write the first `count` registers of a child that is stopped or has faulted,
 * then let it run if `resume_target`. Overwrites the message words.
 */
seL4_Error seL4_TCB_WriteRegisters(seL4_TCB service, seL4_Bool resume_target,
	seL4_Uint8 arch_flags, seL4_Word count, seL4_UserContext *regs);

static inline seL4_Error seL4_TCB_Suspend(seL4_TCB service)
{
	return microkit_error(microkit_svc_control(service, CONTROL_STOP, 0).first);
}

static inline seL4_Error seL4_TCB_Resume(seL4_TCB service)
{
	return microkit_error(microkit_svc_control(service, CONTROL_RESUME, 0).first);
}

/* ---- Virtual CPUs ---- */

/* The registers of a vCPU that its PD may read and write. */
typedef enum {
	seL4_VCPUReg_SCTLR = 0,
	seL4_VCPUReg_ACTLR,
	seL4_VCPUReg_TTBR0,
	seL4_VCPUReg_TTBR1,
	seL4_VCPUReg_TCR,
	seL4_VCPUReg_MAIR,
	seL4_VCPUReg_AMAIR,
	seL4_VCPUReg_CIDR,
	seL4_VCPUReg_CPACR,
	seL4_VCPUReg_AFSR0,
	seL4_VCPUReg_AFSR1,
	seL4_VCPUReg_ESR,
	seL4_VCPUReg_FAR,
	seL4_VCPUReg_ISR,
	seL4_VCPUReg_VBAR,
	seL4_VCPUReg_PAR,
	seL4_VCPUReg_TPIDR_EL1,
	seL4_VCPUReg_CNTKCTL_EL1,
	seL4_VCPUReg_SP_EL1,
	seL4_VCPUReg_ELR_EL1,
	seL4_VCPUReg_SPSR_EL1,
	seL4_VCPUReg_CNTV_CTL,
	seL4_VCPUReg_CNTV_CVAL,
	seL4_VCPUReg_CNTVOFF,
	seL4_VCPUReg_VMPIDR_EL2,
	seL4_VCPUReg_Num
} seL4_VCPUReg;

/* Named in Microkit's header; no AArch64 call takes one. */
typedef struct seL4_VCPUContext seL4_VCPUContext;

static inline seL4_Error seL4_ARM_VCPU_InjectIRQ(seL4_ARM_VCPU service, seL4_Uint16 virq,
	seL4_Uint8 priority, seL4_Uint8 group, seL4_Uint8 index)
{
	return microkit_error(
		microkit_svc_vcpu(service, VCPU_INJECT_IRQ, virq, priority, group, index)
			.first);
}

/* ---- SMC ---- */

/* x0..x7 of an SMC call, as arguments or as results. */
typedef struct seL4_ARM_SMCContext {
	seL4_Word x0, x1, x2, x3, x4, x5, x6, x7;
} seL4_ARM_SMCContext;

/* ---- Caches ---- */

/*
 * Clean the caller's own data from `start` to before `end` to memory, and drop
 * it from the caches. The addresses must be mapped readable, else it faults.
 * `service` is ignored: it is always the caller's address space. EL0 cannot
 * invalidate without cleaning, so _Invalidate_Data cleans as well: a line that
 * the caller has written after the device wrote to memory overwrites what the
 * device wrote. Do not write to a buffer that a device owns.
 */
seL4_Error seL4_ARM_VSpace_CleanInvalidate_Data(
	seL4_ARM_VSpace service, seL4_Word start, seL4_Word end);
seL4_Error seL4_ARM_VSpace_Invalidate_Data(
	seL4_ARM_VSpace service, seL4_Word start, seL4_Word end);

/* ---- Debug and benchmark ---- */

/* Print a character; without effect outside the debug configuration. */
static inline void seL4_DebugPutChar(char c)
{
	microkit_svc_debug_putc((seL4_Uint8)c);
}

/*
 * Utilisation of the child behind `tcb` (BASE_TCB_CAP + its id), in the message
 * words. Since when: the last seL4_BenchmarkResetThreadUtilisation of the same
 * child, else boot. All words are 0 if the kernel refuses: the capability is
 * wrong, or the kernel is built without statistics.
 */
void seL4_BenchmarkGetThreadUtilisation(seL4_Word tcb);
void seL4_BenchmarkResetThreadUtilisation(seL4_Word tcb);

/* The kernel keeps no log: these succeed, and a log has 0 entries. */
static inline seL4_Error seL4_BenchmarkSetLogBuffer(seL4_Word frame)
{
	(void)frame;
	return seL4_NoError;
}

static inline seL4_Error seL4_BenchmarkResetLog(void)
{
	return seL4_NoError;
}

static inline seL4_Word seL4_BenchmarkFinalizeLog(void)
{
	return 0;
}
