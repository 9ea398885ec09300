/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3 (IHI 0069): distributor in window 0, redistributors in window 1, the
 * CPU interface in system registers. Everything is in group 1; EOImode 1 as in
 * gicv2.c.
 */
#include <arch/arch.h>

#include "machine.h"

/* Distributor, IHI 0069 12.9 */
#define GICD_CTLR 0x0000u
#define GICD_IGROUPR 0x0080u
#define GICD_ISENABLER 0x0100u
#define GICD_ICENABLER 0x0180u
#define GICD_ICPENDR 0x0280u
#define GICD_ICACTIVER 0x0380u
#define GICD_IPRIORITYR 0x0400u
#define GICD_ICFGR 0x0c00u
#define GICD_IROUTER 0x6000u
#define GICD_CTLR_ENABLE_GROUP1 (1u << 1)
#define GICD_CTLR_ARE (1u << 4)
#define GICD_CTLR_RWP (1u << 31)
/* Redistributor, 12.11: a frame for itself, then one for SGIs and PPIs */
#define GICR_WAKER 0x0014u
#define GICR_WAKER_SLEEP (1u << 1)
#define GICR_WAKER_ASLEEP (1u << 2)
#define GICR_SGI_FRAME 0x10000u

#define PRIORITY_ALL 0xa0a0a0a0u
#define FIRST_SPI 32u
#define POLL_MAX 100000u /* reads until a register is taken as it is */

#define WRITE(reg, value) __asm__ volatile("msr " reg ", %0" : : "r"((uint64_t)(value)))
#define ICC_SRE_EL2 "S3_4_C12_C9_5"
#define ICC_PMR_EL1 "S3_0_C4_C6_0"
#define ICC_BPR1_EL1 "S3_0_C12_C12_3"
#define ICC_CTLR_EL1 "S3_0_C12_C12_4"
#define ICC_IGRPEN1_EL1 "S3_0_C12_C12_7"
#define ICC_IAR1_EL1 "S3_0_C12_C12_0"
#define ICC_EOIR1_EL1 "S3_0_C12_C12_1"
#define ICC_DIR_EL1 "S3_0_C12_C11_1"
#define ICC_CTLR_EOIMODE (1u << 1)
#define ICC_SRE_ENABLE 0xfu /* SRE, DFB, DIB, Enable */

static volatile uint32_t *gicd(unsigned offset)
{
	return (volatile uint32_t *)(KERNEL_VA_GIC0 + offset);
}

static volatile uint32_t *gicr(unsigned offset)
{
	return (volatile uint32_t *)(KERNEL_VA_GIC1 + offset);
}

/* The register block that holds an interrupt's bits. */
static volatile uint32_t *gic_bits(unsigned offset, uint32_t irq, uint32_t bits)
{
	unsigned at = offset + irq * bits / 32u * 4u;

	return irq < FIRST_SPI ? gicr(GICR_SGI_FRAME + at) : gicd(at);
}

static void distributor_wait(void)
{
	for (unsigned i = 0; i < POLL_MAX; i++)
		if ((*gicd(GICD_CTLR) & GICD_CTLR_RWP) == 0)
			break;
}

static void interface_boot(void)
{
	WRITE(ICC_SRE_EL2, ICC_SRE_ENABLE);
	__asm__ volatile("isb");
	WRITE(ICC_PMR_EL1, 0xff);
	WRITE(ICC_BPR1_EL1, 0);
	WRITE(ICC_CTLR_EL1, ICC_CTLR_EOIMODE);
	WRITE(ICC_IGRPEN1_EL1, 1);
	__asm__ volatile("isb");
}

void gic_boot(uint32_t num_irqs)
{
	*gicd(GICD_CTLR) = 0;
	distributor_wait();
	*gicd(GICD_CTLR) = GICD_CTLR_ARE;
	distributor_wait();
	*gicr(GICR_WAKER) &= ~GICR_WAKER_SLEEP;
	for (unsigned i = 0; i < POLL_MAX; i++)
		if ((*gicr(GICR_WAKER) & GICR_WAKER_ASLEEP) == 0)
			break;
	for (unsigned i = 0; i < num_irqs; i += 32u) {
		*gic_bits(GICD_ICENABLER, i, 1) = UINT32_MAX;
		*gic_bits(GICD_ICPENDR, i, 1) = UINT32_MAX;
		*gic_bits(GICD_ICACTIVER, i, 1) = UINT32_MAX;
		*gic_bits(GICD_IGROUPR, i, 1) = UINT32_MAX;
	}
	for (unsigned i = 0; i < num_irqs; i += 4u)
		*gic_bits(GICD_IPRIORITYR, i, 8) = PRIORITY_ALL;
	for (unsigned i = FIRST_SPI; i < num_irqs; i++) {
		*gicd(GICD_IROUTER + i * 8u) = 0;
		*gicd(GICD_IROUTER + i * 8u + 4u) = 0;
	}
	*gicd(GICD_CTLR) = GICD_CTLR_ARE | GICD_CTLR_ENABLE_GROUP1;
	distributor_wait();
	interface_boot();
}

uint32_t arch_irq_take(void)
{
	uint64_t irq;

	__asm__ volatile("mrs %0, " ICC_IAR1_EL1 : "=r"(irq));
	if (irq >= IRQ_MAX)
		return ARCH_IRQ_NONE;
	WRITE(ICC_EOIR1_EL1, irq);
	if (irq == ARCH_IRQ_TIMER)
		WRITE(ICC_DIR_EL1, irq);
	return (uint32_t)irq;
}

void arch_irq_complete(uint32_t irq)
{
	WRITE(ICC_DIR_EL1, irq);
}

void arch_irq_mask(uint32_t irq)
{
	*gic_bits(GICD_ICENABLER, irq - irq % 32u, 1) = 1u << irq % 32u;
}

void arch_irq_unmask(uint32_t irq)
{
	*gic_bits(GICD_ISENABLER, irq - irq % 32u, 1) = 1u << irq % 32u;
}

void arch_irq_configure(uint32_t irq, bool edge)
{
	volatile uint32_t *config = gic_bits(GICD_ICFGR, irq - irq % 16u, 2);
	uint32_t bit = 2u << irq % 16u * 2u;

	if (irq >= FIRST_SPI)
		*config = edge ? *config | bit : *config & ~bit;
}
