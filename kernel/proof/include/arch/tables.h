/* SPDX-License-Identifier: BSD-2-Clause */
/* The builder's tables for the prover: constant, and otherwise anything. */
#pragma once

#include <kernel/image.h>

extern const struct system_header system_header;
extern const struct pd_constant pd_constants[PD_MAX];
extern const struct pd_detail pd_details[PD_MAX];
extern const struct cap cap_table[PD_MAX][CAP_SLOTS];
extern const struct irq_constant irq_constants[IRQ_MAX];
