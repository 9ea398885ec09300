/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 (IHI 0048B): distributor in window 0, CPU interface in window 1.
 * EOImode 1: EOIR drops the priority at once, DIR deactivates at the
 * acknowledgement; in between the interrupt cannot come again.
 */
#include <arch/arch.h>

#include "machine.h"

/* Distributor, IHI 0048B 4.3; a bit, byte or two bits per interrupt. */
#define GICD_CTLR 0x000u
#define GICD_ISENABLER 0x100u
#define GICD_ICENABLER 0x180u
#define GICD_ICPENDR 0x280u
#define GICD_ICACTIVER 0x380u
#define GICD_IPRIORITYR 0x400u
#define GICD_ITARGETSR 0x800u
#define GICD_ICFGR 0xc00u
/* CPU interface, 4.4 */
#define GICC_CTLR 0x0000u
#define GICC_PMR 0x0004u
#define GICC_IAR 0x000cu
#define GICC_EOIR 0x0010u
#define GICC_DIR 0x1000u

#define GICC_CTLR_ENABLE (1u << 0)
#define GICC_CTLR_EOIMODE (1u << 9)
#define GICC_IAR_ID 0x3ffu

#define PRIORITY_ALL 0xa0a0a0a0u /* any value below the mask */
#define TARGET_CORE0 0x01010101u
#define FIRST_SPI 32u

static volatile uint32_t *gicd(unsigned offset)
{
	return (volatile uint32_t *)(KERNEL_VA_GIC0 + offset);
}

static volatile uint32_t *gicc(unsigned offset)
{
	return (volatile uint32_t *)(KERNEL_VA_GIC1 + offset);
}

void gic_boot(uint32_t num_irqs)
{
	*gicd(GICD_CTLR) = 0;
	for (unsigned i = 0; i < num_irqs; i += 32u) {
		*gicd(GICD_ICENABLER + i / 8u) = UINT32_MAX;
		*gicd(GICD_ICPENDR + i / 8u) = UINT32_MAX;
		*gicd(GICD_ICACTIVER + i / 8u) = UINT32_MAX;
	}
	for (unsigned i = 0; i < num_irqs; i += 4u) {
		*gicd(GICD_IPRIORITYR + i) = PRIORITY_ALL;
		if (i >= FIRST_SPI)
			*gicd(GICD_ITARGETSR + i) = TARGET_CORE0;
	}
	*gicd(GICD_CTLR) = 1;
	*gicc(GICC_PMR) = 0xff;
	*gicc(GICC_CTLR) = GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE;
}

uint32_t arch_irq_take(void)
{
	uint32_t iar = *gicc(GICC_IAR);
	uint32_t irq = iar & GICC_IAR_ID;

	if (irq >= IRQ_MAX)
		return ARCH_IRQ_NONE;
	*gicc(GICC_EOIR) = iar;
	if (irq == ARCH_IRQ_TIMER)
		*gicc(GICC_DIR) = iar;
	return irq;
}

void arch_irq_complete(uint32_t irq)
{
	*gicc(GICC_DIR) = irq;
}

void arch_irq_mask(uint32_t irq)
{
	*gicd(GICD_ICENABLER + irq / 32u * 4u) = 1u << irq % 32u;
}

void arch_irq_unmask(uint32_t irq)
{
	*gicd(GICD_ISENABLER + irq / 32u * 4u) = 1u << irq % 32u;
}

void arch_irq_configure(uint32_t irq, bool edge)
{
	volatile uint32_t *config = gicd(GICD_ICFGR + irq / 16u * 4u);
	uint32_t bit = 2u << irq % 16u * 2u;

	if (irq >= FIRST_SPI)
		*config = edge ? *config | bit : *config & ~bit;
}
