/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The isolation test: what the prober and its parent agree on.
 *
 * The parent writes into the shared page what to try and notifies the prober. It
 * notifies back when the attempt had no effect that stops it; otherwise it faults,
 * and the parent gets the fault and restarts it.
 */
#pragma once

#include <stdint.h>

#define SHARED_VADDR 0x2000000u
#define SHARED_BLIND_VADDR 0x2100000u /* of the second prober, in the parent */

/* Regions of the prober. All but REGION_SECRET are mapped in it, with these rights. */
#define REGION_R 0x3000000u
#define REGION_RW 0x3002000u
#define REGION_RX 0x3004000u
#define REGION_RWX 0x3006000u
#define REGION_SECRET 0x300a000u /* of the parent alone */

#define VALUE 0x0123456789abcdefull /* what stands in the regions, and what is written */
#define WRITTEN 0xfedcba9876543210ull

enum attempt {
	TRY_INSTRUCTION, /* number `address` of INSTRUCTIONS */
	TRY_READ,
	TRY_WRITE,
	TRY_EXECUTE,          /* call; the code there returns 42 in x0 */
	TRY_ZERO,             /* DC ZVA */
	TRY_CLEAN,            /* DC CIVAC */
	TRY_FETCH_INVALIDATE, /* IC IVAU */
	TRY_EXCLUSIVE,        /* LDXR, STXR */
	TRY_READ_UNALIGNED,   /* 8 bytes from address + 1 */
	TRY_WRITE_PAIR,       /* 16 bytes from address - 8 */
	TRY_PREFETCH
};

/* Addresses that only the prober knows; it writes them into the shared page. */
enum place { PLACE_TEXT, PLACE_RODATA, PLACE_DATA, PLACE_BSS, PLACE_STACK, PLACES };

struct shared {
	uint64_t attempt; /* enum attempt */
	uint64_t address;
	uint64_t result; /* x0 after an attempt that did not fault */
	uint64_t places[PLACES];
	uint64_t pc_read, pc_write; /* of the instructions that read and write */
	uint64_t text, text_end;
};

enum expectation {
	FAULTS, /* a user exception */
	EITHER, /* a user exception or nothing, and nothing learnt: x0 is kept or small */
	PASSES  /* no fault; any value */
};

#define NOTHING 0x600d600dull /* in x0 before each instruction */

/*
 * Instructions that EL0 must not be able to use, or that are harmless: what it
 * does, expectation, text. x0 is NOTHING before and read after.
 */
#define INSTRUCTIONS(P)                                                                \
	P(FAULTS, "mrs x0, CurrentEL")                                                 \
	P(FAULTS, "mrs x0, sctlr_el1")                                                 \
	P(FAULTS, "msr sctlr_el1, x0")                                                 \
	P(FAULTS, "mrs x0, cpacr_el1")                                                 \
	P(FAULTS, "msr cpacr_el1, x0")                                                 \
	P(FAULTS, "mrs x0, ttbr0_el1")                                                 \
	P(FAULTS, "msr ttbr0_el1, x0")                                                 \
	P(FAULTS, "mrs x0, tcr_el1")                                                   \
	P(FAULTS, "mrs x0, vbar_el1")                                                  \
	P(FAULTS, "msr vbar_el1, x0")                                                  \
	P(FAULTS, "mrs x0, esr_el1")                                                   \
	P(FAULTS, "mrs x0, far_el1")                                                   \
	P(FAULTS, "mrs x0, elr_el1")                                                   \
	P(FAULTS, "mrs x0, spsr_el1")                                                  \
	P(FAULTS, "mrs x0, sp_el0")                                                    \
	P(FAULTS, "mrs x0, tpidr_el1")                                                 \
	P(FAULTS, "msr tpidr_el1, x0")                                                 \
	P(FAULTS, "msr tpidrro_el0, x0")                                               \
	P(FAULTS, "mrs x0, par_el1")                                                   \
	P(FAULTS, "mrs x0, mair_el1")                                                  \
	P(FAULTS, "mrs x0, contextidr_el1")                                            \
	P(FAULTS, "mrs x0, cntkctl_el1")                                               \
	P(FAULTS, "msr cntkctl_el1, x0")                                               \
	P(FAULTS, "mrs x0, midr_el1")                                                  \
	P(FAULTS, "mrs x0, mpidr_el1")                                                 \
	P(FAULTS, "mrs x0, id_aa64pfr0_el1")                                           \
	P(FAULTS, "mrs x0, hcr_el2")                                                   \
	P(FAULTS, "msr hcr_el2, x0")                                                   \
	P(FAULTS, "mrs x0, vttbr_el2")                                                 \
	P(FAULTS, "msr vttbr_el2, x0")                                                 \
	P(FAULTS, "mrs x0, vtcr_el2")                                                  \
	P(FAULTS, "mrs x0, sctlr_el2")                                                 \
	P(FAULTS, "mrs x0, vbar_el2")                                                  \
	P(FAULTS, "msr vbar_el2, x0")                                                  \
	P(FAULTS, "mrs x0, ttbr0_el2")                                                 \
	P(FAULTS, "mrs x0, elr_el2")                                                   \
	P(FAULTS, "mrs x0, spsr_el2")                                                  \
	P(FAULTS, "mrs x0, sp_el1")                                                    \
	P(FAULTS, "mrs x0, tpidr_el2")                                                 \
	P(FAULTS, "mrs x0, cptr_el2")                                                  \
	P(FAULTS, "mrs x0, cnthctl_el2")                                               \
	P(FAULTS, "mrs x0, cnthp_ctl_el2")                                             \
	P(FAULTS, "msr cnthp_ctl_el2, x0")                                             \
	P(FAULTS, "msr cnthp_cval_el2, x0")                                            \
	P(FAULTS, "msr cntvoff_el2, x0")                                               \
	P(FAULTS, "mrs x0, mdcr_el2")                                                  \
	P(FAULTS, "mrs x0, scr_el3")                                                   \
	P(FAULTS, "mrs x0, cntp_ctl_el0")                                              \
	P(FAULTS, "msr cntp_ctl_el0, x0")                                              \
	P(FAULTS, "msr cntp_cval_el0, x0")                                             \
	P(FAULTS, "msr cntp_tval_el0, x0")                                             \
	P(FAULTS, "mrs x0, cntv_ctl_el0")                                              \
	P(FAULTS, "msr cntv_ctl_el0, x0")                                              \
	P(FAULTS, "msr cntv_cval_el0, x0")                                             \
	P(FAULTS, "msr cntfrq_el0, x0")                                                \
	P(FAULTS, "mrs x0, cntps_ctl_el1")                                             \
	P(FAULTS, "mrs x0, pmcr_el0")                                                  \
	P(FAULTS, "msr pmcr_el0, x0")                                                  \
	P(FAULTS, "mrs x0, pmccntr_el0")                                               \
	P(FAULTS, "mrs x0, pmcntenset_el0")                                            \
	P(FAULTS, "mrs x0, pmxevcntr_el0")                                             \
	P(FAULTS, "msr pmuserenr_el0, x0")                                             \
	P(FAULTS, "mrs x0, mdscr_el1")                                                 \
	P(FAULTS, "msr mdscr_el1, x0")                                                 \
	P(FAULTS, "msr oslar_el1, x0")                                                 \
	P(FAULTS, "mrs x0, dbgbcr0_el1")                                               \
	P(FAULTS, "msr dbgwvr0_el1, x0")                                               \
	P(EITHER, "mrs x0, mdccsr_el0")                                                \
	P(EITHER, "mrs x0, dbgdtrrx_el0")                                              \
	P(FAULTS, "mrs x0, S3_0_C12_C12_0")                                            \
	P(FAULTS, "msr S3_0_C12_C12_1, x0")                                            \
	P(FAULTS, "msr S3_0_C12_C11_5, x0")                                            \
	P(FAULTS, "msr S3_0_C4_C6_0, x0")                                              \
	P(FAULTS, "mrs x0, S3_1_C15_C2_0")                                             \
	P(FAULTS, "mrs x0, S3_1_C15_C2_1")                                             \
	P(FAULTS, "mrs x0, daif")                                                      \
	P(FAULTS, "msr daifset, #15")                                                  \
	P(FAULTS, "msr daifclr, #15")                                                  \
	P(FAULTS, "msr daif, x0")                                                      \
	P(FAULTS, "msr spsel, #1")                                                     \
	P(FAULTS, "mrs x0, spsel")                                                     \
	P(FAULTS, "smc #0")                                                            \
	P(FAULTS, "hvc #0")                                                            \
	P(FAULTS, "eret")                                                              \
	P(FAULTS, "drps")                                                              \
	P(FAULTS, "dcps1")                                                             \
	P(FAULTS, "dcps2")                                                             \
	P(FAULTS, "dcps3")                                                             \
	P(FAULTS, "hlt #0")                                                            \
	P(FAULTS, "hlt #0xf000")                                                       \
	P(FAULTS, "brk #0")                                                            \
	P(FAULTS, "brk #0xf000")                                                       \
	P(FAULTS, "udf #0")                                                            \
	P(FAULTS, ".inst 0xffffffff")                                                  \
	P(FAULTS, "tlbi alle1")                                                        \
	P(FAULTS, "tlbi vmalle1")                                                      \
	P(FAULTS, "tlbi alle2")                                                        \
	P(FAULTS, "at s1e1r, x0")                                                      \
	P(FAULTS, "at s12e1r, x0")                                                     \
	P(FAULTS, "at s1e2r, x0")                                                      \
	P(FAULTS, "ic iallu")                                                          \
	P(FAULTS, "ic ialluis")                                                        \
	P(FAULTS, "dc isw, x0")                                                        \
	P(FAULTS, "dc csw, x0")                                                        \
	P(FAULTS, "dc cisw, x0")                                                       \
	P(FAULTS, ".inst 0x9e670000 // fmov d0, x0")                                   \
	P(FAULTS, "mrs x0, fpcr")                                                      \
	P(FAULTS, "ldr q0, [sp]")                                                      \
	P(FAULTS, ".inst 0x4f00e400 // movi v0.16b, #0")                               \
	P(EITHER, "mov x1, sp; sub x2, x1, #8; mov sp, x2; ldr xzr, [sp]; mov sp, x1") \
	P(FAULTS, "adr x1, . + 10; br x1; nop; nop")                                   \
	P(PASSES, "mrs x0, ctr_el0")                                                   \
	P(PASSES, "mrs x0, dczid_el0")                                                 \
	P(PASSES, "mrs x0, cntfrq_el0")                                                \
	P(PASSES, "mrs x0, cntpct_el0")                                                \
	P(PASSES, "mrs x0, cntvct_el0")                                                \
	P(EITHER, "mrs x0, nzcv; and x0, x0, #0xff")                                   \
	P(EITHER, "wfi")                                                               \
	P(EITHER, "wfe")                                                               \
	P(EITHER, "sev; wfe")                                                          \
	P(EITHER, "sevl; wfe; wfe")                                                    \
	P(EITHER, "yield")                                                             \
	P(EITHER, "isb; dsb sy; dmb sy")                                               \
	P(EITHER, "clrex")                                                             \
	P(EITHER, "mrs x0, tpidrro_el0")
