/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The builder's tables for the prover: constant, and otherwise anything. A table
 * of tables has one index here (rewrite.py); the peers of pd_detail are
 * tables of their own.
 */
#pragma once

#include <kernel/image.h>

extern const uint32_t header_flags, header_num_pds, header_num_irqs;
extern const uint32_t header_schedule_length, header_schedule_start;
extern const uint64_t header_ticks[SCHEDULE_MAX], header_domain[SCHEDULE_MAX];
extern const struct pd_constant pd_constants[__CPROVER_constant_infinity_uint];
extern const struct peer caller_table[PD_MAX * 64u];
extern const struct peer child_table[PD_MAX * 64u];
extern const uint16_t irq_table[PD_MAX * 62u];
extern const uint32_t smc_table[PD_MAX * SMC_MAX];
extern const struct cap cap_table[PD_MAX * CAP_SLOTS];
extern const struct irq_constant irq_constants[__CPROVER_constant_infinity_uint];

struct cap nondet_cap(void);

/* A slot to look at; beyond the table it is anything, as the kernel then checks. */
static inline struct cap cap_of(uint8_t pd, uint64_t slot)
{
	return slot < CAP_SLOTS ? cap_table[pd * CAP_SLOTS + slot] : nondet_cap();
}
