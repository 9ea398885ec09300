/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every name of Microkit's and seL4's API that components use, once: it must
 * compile and link. It is not run.
 */
#include <stdint.h>
#include <microkit.h>
#include <sel4/sel4.h>
#include <sel4/benchmark_utilisation_types.h>

#if !CONFIG_AARCH64_USER_CACHE_ENABLE || !CONFIG_EXPORT_PCNT_USER || \
	!CONFIG_EXPORT_PTMR_USER || CONFIG_MAX_NUM_NODES < 1 ||      \
	CONFIG_L1_CACHE_LINE_SIZE_BITS < 4
#error "gen_config.h is not as components expect"
#endif

volatile seL4_Word sink;

static const seL4_Word constants[] = { seL4_True, seL4_False, seL4_NoError,
	seL4_Fault_NullFault, seL4_Fault_CapFault, seL4_Fault_UnknownSyscall,
	seL4_Fault_UserException, seL4_Fault_VMFault, seL4_Fault_VGICMaintenance,
	seL4_Fault_VCPUFault, seL4_Fault_VPPIEvent, seL4_VMFault_IP, seL4_VMFault_Addr,
	seL4_VMFault_PrefetchFault, seL4_VMFault_FSR, seL4_VCPUFault_HSR,
	seL4_VGICMaintenance_IDX, seL4_VPPIEvent_IRQ, seL4_UserException_FaultIP,
	seL4_UserException_Number, seL4_UnknownSyscall_FaultIP,
	seL4_UnknownSyscall_Syscall, seL4_CapFault_IP, seL4_CapFault_Addr,
	seL4_CapFault_InRecvPhase, seL4_VCPUReg_SCTLR, seL4_VCPUReg_ACTLR,
	seL4_VCPUReg_TTBR0, seL4_VCPUReg_TTBR1, seL4_VCPUReg_TCR, seL4_VCPUReg_MAIR,
	seL4_VCPUReg_AMAIR, seL4_VCPUReg_CIDR, seL4_VCPUReg_CPACR, seL4_VCPUReg_AFSR0,
	seL4_VCPUReg_AFSR1, seL4_VCPUReg_ESR, seL4_VCPUReg_FAR, seL4_VCPUReg_ISR,
	seL4_VCPUReg_VBAR, seL4_VCPUReg_PAR, seL4_VCPUReg_TPIDR_EL1,
	seL4_VCPUReg_CNTKCTL_EL1, seL4_VCPUReg_SP_EL1, seL4_VCPUReg_ELR_EL1,
	seL4_VCPUReg_SPSR_EL1, seL4_VCPUReg_CNTV_CTL, seL4_VCPUReg_CNTV_CVAL,
	seL4_VCPUReg_CNTVOFF, seL4_VCPUReg_VMPIDR_EL2, BENCHMARK_TCB_UTILISATION,
	BENCHMARK_TOTAL_UTILISATION, BENCHMARK_TOTAL_KERNEL_UTILISATION,
	BENCHMARK_TOTAL_NUMBER_KERNEL_ENTRIES, MICROKIT_MAX_CHANNELS,
	MICROKIT_MAX_CHANNEL_ID, MICROKIT_PD_NAME_LENGTH, BASE_OUTPUT_NOTIFICATION_CAP,
	BASE_ENDPOINT_CAP, BASE_IRQ_CAP, BASE_TCB_CAP, BASE_VM_TCB_CAP, BASE_VCPU_CAP };

static void use_messages(void)
{
	seL4_MessageInfo_t info = seL4_MessageInfo_new(1, 0, 0, 2);
	seL4_Uint8 a = 1;
	seL4_Uint16 b = 2;
	seL4_Uint32 c = 3;
	seL4_Uint64 d = 4;

	seL4_SetMR(0, a + b + c + d);
	sink = seL4_GetMR(0) + seL4_GetIPCBuffer()->msg[1] +
	       seL4_MessageInfo_get_label(info) + seL4_MessageInfo_get_length(info);
	info = microkit_ppcall(3, microkit_msginfo_new(0, 0));
	microkit_mr_set(1, microkit_mr_get(2));
	microkit_irq_ack(4);
	microkit_deferred_irq_ack(4);
	microkit_deferred_notify(5);
	sink = microkit_have_signal ? microkit_signal_cap : microkit_signal_msg.words[0];
	sink = microkit_irqs | microkit_notifications | microkit_pps |
	       (seL4_Word)microkit_passive;
}

static void use_children(microkit_child child)
{
	seL4_UserContext context;
	seL4_CPtr cap = microkit_cspace_root_slot_to_cptr(5);
	seL4_Error error = seL4_TCB_ReadRegisters(cap, 0, 0, 36, &context);

	context.pc += context.x30 + context.tpidrro_el0;
	error |= seL4_TCB_WriteRegisters(BASE_TCB_CAP + child, 0, 0, 36, &context);
	error |= seL4_TCB_Suspend(BASE_TCB_CAP + child);
	error |= seL4_TCB_Resume(BASE_TCB_CAP + child);
	error |= seL4_ARM_VCPU_InjectIRQ(BASE_VCPU_CAP + child, 27, 0, 0, 0);
	error |= seL4_ARM_VSpace_CleanInvalidate_Data(3, 0x1000, 0x2000);
	error |= seL4_ARM_VSpace_Invalidate_Data(3, 0x1000, 0x2000);
	sink = error;
	microkit_pd_restart(child, 0x200000);
	microkit_pd_stop(child);
	microkit_pd_resume(child);
	microkit_vcpu_restart(child, 0x40000000);
	microkit_vcpu_stop(child);
	microkit_vcpu_arm_inject_irq(child, 27, 0, 0, 0);
	microkit_vcpu_arm_ack_vppi(child, 27);
	sink = microkit_vcpu_arm_read_reg(child, seL4_VCPUReg_ESR);
	microkit_vcpu_arm_write_reg(child, seL4_VCPUReg_ESR, 0);
}

static void use_rest(void)
{
	seL4_ARM_SMCContext args, response;
	seL4_VCPUContext *none = 0;

	args.x0 = 0x84000000;
	args.x7 = 0;
	microkit_arm_smc_call(&args, &response);
	sink = response.x0 + (none == 0);
	seL4_DebugPutChar('x');
	seL4_BenchmarkResetLog();
	seL4_BenchmarkSetLogBuffer(0);
	seL4_BenchmarkFinalizeLog();
	seL4_BenchmarkResetThreadUtilisation(BASE_TCB_CAP);
	seL4_BenchmarkGetThreadUtilisation(BASE_TCB_CAP);
	microkit_dbg_putc('x');
	microkit_dbg_puts("x");
	microkit_dbg_put8(1);
	microkit_dbg_put32(1);
}

void init(void)
{
	for (unsigned int i = 0; i < sizeof constants / sizeof *constants; i++) {
		sink = constants[i];
	}
	use_messages();
	use_children(1);
	use_rest();
}

void notified(microkit_channel ch)
{
	microkit_notify(ch);
}
