/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values of system registers. Source: Arm ARM, DDI 0487, D13 (registers by
 * name); RES1 bits are those of an Armv8.0 core.
 */
#pragma once

/*
 * HCR_EL2 while PDs run: VM (stage 2), FMO, IMO, AMO (interrupts to EL2), DC
 * (EL0 data is Normal memory), TSC (trap SMC), TGE (all exceptions of EL0 to
 * EL2), RW (AArch64).
 */
#define HCR_EL2_PD \
	(1 << 0 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 12 | 1 << 19 | 1 << 27 | 1 << 31)

/* Stage 2: 40-bit IPA (T0SZ 24), start at level 1, write-back, inner shareable. */
#define VTCR_EL2_PD (24 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | 1 << 31)

/* EL2 stage 1: 39-bit (T0SZ 25), write-back, inner shareable, 40-bit PA. */
#define TCR_EL2_KERNEL (25 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | 1 << 23 | 1 << 31)
/* Attribute 0: Normal write-back; attribute 1: Device-nGnRnE. */
#define MAIR_EL2_KERNEL 0xff
/* RES1 bits, then M, C, SA, I: the MMU and caches on. */
#define SCTLR_EL2_LOADER (0x30c50830 | 1 << 0 | 1 << 2 | 1 << 3 | 1 << 12)
/* And WXN: nothing writable is executable once the kernel's own tables are on. */
#define SCTLR_EL2_KERNEL (SCTLR_EL2_LOADER | 1 << 19)

/*
 * What acts on EL0: SCTLR_EL1 with SA0 (stack alignment), I, DZE (DC ZVA), UCT
 * (CTR_EL0), nTWI, nTWE (no trap of WFI, WFE), UCI (cache maintenance).
 */
#define SCTLR_EL1_PD \
	(0x30d00800 | 1 << 4 | 1 << 12 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 18 | 1 << 26)
#define CPACR_EL1_PD (3 << 20) /* floating point is trapped by CPTR_EL2 alone */
#define MDSCR_EL1_PD (1 << 12) /* TDCC: no debug communication channel */
#define CNTHCTL_EL2_PD (3)     /* EL1PCTEN, EL1PCEN: CNTKCTL_EL1 decides */
#define MDCR_EL2_TRAPS (1 << 8 | 1 << 9 | 1 << 10 | 1 << 11) /* TDE TDA TDOSA TDRA */
#define CPTR_EL2_TRAPS (0x33ff | 1 << 20)                    /* RES1, TTA */
#define CPTR_EL2_TFP (1 << 10)

#define CNTKCTL_EL0PCTEN (1 << 0)
#define CNTKCTL_EL0VCTEN (1 << 1)
#define CNTKCTL_EL0PTEN (1 << 9)
#define PMUSERENR_EN (1 << 0)

/* ESR_EL2: exception classes (D13, ESR_ELx.EC). */
#define ESR_EC_SHIFT 26
#define ESR_EC_FPU 0x07
#define ESR_EC_SVC 0x15
#define ESR_EC_FETCH 0x20 /* instruction abort from a lower EL */
#define ESR_EC_DATA 0x24  /* data abort from a lower EL */
