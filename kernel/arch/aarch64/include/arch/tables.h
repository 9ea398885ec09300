/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The builder's tables, read-only, each in its window (image.h). They are named
 * by constant address: one instruction, where a symbol takes two.
 */
#pragma once

#include <kernel/image.h>

#define system_header (*(const struct system_header *)KERNEL_VA_SYSTEM)
#define pd_constants (*(const struct pd_constant(*)[PD_MAX])KERNEL_VA_PDS)
#define pd_details (*(const struct pd_detail(*)[PD_MAX])KERNEL_VA_DETAILS)
#define cap_table (*(const struct cap(*)[PD_MAX][CAP_SLOTS])KERNEL_VA_CAPS)
#define irq_constants (*(const struct irq_constant(*)[IRQ_MAX])KERNEL_VA_IRQS)
