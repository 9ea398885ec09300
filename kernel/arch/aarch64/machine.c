/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine: boot of a core, entry from exceptions, idling, traps.
 */
#include <arch/arch.h>

#include "../../core/boot.h"
#include "../../core/fault.h"
#include "../../core/interrupt.h"
#include "../../core/kernel.h"
#include "../../core/syscall.h"
#include "console.h"
#include "machine.h"
#include "system.h"

struct frame frames[PD_MAX];
struct frame idle_frame = { .full = FULL_IDLE };
struct arch_core arch_core = { .loaded = UINT64_MAX, .fpu_owner = PD_NONE };

#define WRITE(reg, value) __asm__ volatile("msr " #reg ", %0" : : "r"((uint64_t)(value)))

_Static_assert(SYS_COUNT == FRAME_SYS_COUNT, "entry.S");

struct frame *entry_idle_c(void)
{
	struct frame *frame;

	do {
		__asm__ volatile("wfi");
		frame = interrupt_take(core_self());
	} while (frame == &idle_frame);
	return frame;
}

struct frame *entry_irq_c(void)
{
	return interrupt_take(core_self());
}

struct frame *entry_fault_c(uint64_t esr, uint64_t far)
{
	struct core *core = core_self();
	pd_t pd = core->current;

	if (esr >> ESR_EC_SHIFT == ESR_EC_FPU && (pd_constants[pd].flags & PD_FPU) != 0) {
		fpu_take(pd);
		return arch_frame(pd);
	}
	if (esr >> ESR_EC_SHIFT == ESR_EC_SVC)
		frames[pd].pc -= 4u; /* as for every fault: what did it */
	frames[pd].esr = esr;
	frames[pd].far = far;
	return fault_raise(core);
}

_Noreturn void entry_kernel_c(uint64_t esr, uint64_t elr, uint64_t far)
{
	console_panic(esr, elr, far);
	for (;;)
		__asm__ volatile("wfi");
}

/* In line, at link time: the scheduler's ways have no stack frame if they call nothing. */
__attribute__((always_inline)) void arch_traps_load(uint8_t pd)
{
	uint64_t wanted = frames[pd].traps;
	uint64_t timers = 0;

	if (wanted == arch_core.loaded)
		return;

	if ((wanted & PROFILE_COUNTER) != 0)
		timers |= CNTKCTL_EL0PCTEN | CNTKCTL_EL0VCTEN;
	if ((wanted & PROFILE_TIMER) != 0)
		timers |= CNTKCTL_EL0PTEN;
	WRITE(cntkctl_el1, timers);
	WRITE(pmuserenr_el0, (wanted & PROFILE_PMU) != 0 ? PMUSERENR_EN : 0);
	WRITE(cptr_el2, (wanted & TRAPS_FPU_OPEN) != 0 ? CPTR_EL2_TRAPS
						       : CPTR_EL2_TRAPS | CPTR_EL2_TFP);
	arch_core.loaded = wanted;
}

static void el0_boot(void)
{
	uint64_t mdcr;

	WRITE(vtcr_el2, (uint32_t)VTCR_EL2_PD);
	WRITE(hcr_el2, (uint32_t)HCR_EL2_PD);
	WRITE(sctlr_el1, SCTLR_EL1_PD);
	WRITE(cpacr_el1, CPACR_EL1_PD);
	WRITE(mdscr_el1, MDSCR_EL1_PD);
	WRITE(cnthctl_el2, CNTHCTL_EL2_PD);
	WRITE(cntvoff_el2, 0);
	WRITE(cntp_ctl_el0, 0);
	WRITE(cntv_ctl_el0, 0);
	WRITE(tpidrro_el0, 0);
	WRITE(tpidr_el1, 0);
	__asm__ volatile("mrs %0, mdcr_el2" : "=r"(mdcr));
	WRITE(mdcr_el2, mdcr | MDCR_EL2_TRAPS);
	__asm__ volatile("isb\n\ttlbi alle1\n\tdsb nsh\n\tisb");
}

/* Called by boot.S on the boot core; returns the first PD's frame. */
struct frame *machine_boot(void)
{
	el0_boot();
	gic_boot(system_header.num_irqs);
	for (unsigned i = 0; i < system_header.num_pds; i++) {
		frames[i].vttbr = pd_constants[i].vttbr;
		frames[i].traps = pd_constants[i].profile;
	}
	WRITE(cnthp_ctl_el2, 0);
	arch_timer_set(NEVER);
	WRITE(cnthp_ctl_el2, 1);
	arch_irq_unmask(ARCH_IRQ_TIMER);
	return kernel_boot();
}
