/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the proofs assume of the constant tables: the clauses I1 to I12 of
 * microkit/check/invariant.c, which `microkit check` establishes for each image
 * that it passes, at the PDs, slots and interrupts that are asked for.
 */
#pragma once

#include <assert.h>

#include "kernel.h"
#include "ready.h"

#define TICKS_TOP (1ull << 62)

static inline bool valid(pd_t p)
{
	return p < system_header.num_pds;
}

/* I1, I2, I3 as far as one core: the proofs have one. */
static inline bool header_good(void)
{
	return system_header.num_pds >= 1 && system_header.num_pds <= PD_MAX &&
	       system_header.num_irqs <= IRQ_MAX &&
	       ((system_header.flags & SYSTEM_DOMAINS) == 0 ||
		       (system_header.schedule_length >= 1 &&
			       system_header.schedule_length <= SCHEDULE_MAX));
}

/* I3, I5, I10 at p. */
static inline bool constants_good(pd_t p)
{
	const struct pd_constant c = pd_constants[p];
	bool one = c.level_first == c.level_last;

	return c.domain < DOMAIN_MAX && c.budget >= 1 && c.budget <= c.period &&
	       c.period < TICKS_TOP && c.level_first <= p && p <= c.level_last &&
	       valid(c.level_last) && c.flags < FLAG_SHORT &&
	       one == ((c.flags & PD_ALONE) != 0) &&
	       (c.budget == c.period) == ((c.flags & PD_SLICE) != 0) &&
	       (one && c.budget == c.period) == ((c.flags & PD_ENDLESS) != 0) &&
	       c.num_irqs <= CHANNEL_MAX &&
	       (c.parent == PD_NONE ||
		       (valid(c.parent) && c.parent != p && c.fault_bit < 64u &&
			       child_table[c.parent * 64u + (63u - c.fault_bit)].pd ==
				       p &&
			       child_table[c.parent * 64u + (63u - c.fault_bit)].id <
				       CHANNEL_MAX));
}

/* I4, I5 for two PDs: lower ids are not less urgent; levels are contiguous. */
static inline bool order_good(pd_t p, pd_t q)
{
	const struct pd_constant a = pd_constants[p];
	const struct pd_constant b = pd_constants[q];
	bool same = a.domain == b.domain && a.priority == b.priority;

	return (a.domain != b.domain || p >= q || a.priority >= b.priority) &&
	       same == (a.level_first <= q && q <= a.level_last) &&
	       (!same ||
		       (a.level_first == b.level_first && a.level_last == b.level_last));
}

/* I7, I10 for entry 63 - bit of the two words of p. */
static inline bool peers_good(pd_t p, uint8_t bit)
{
	const struct peer caller = caller_table[p * 64u + (63u - bit)];
	const struct peer child = child_table[p * 64u + (63u - bit)];

	return (caller.pd == PD_NONE || (valid(caller.pd) && caller.id < CHANNEL_MAX)) &&
	       (child.pd == PD_NONE || (valid(child.pd) && child.id < CHANNEL_MAX &&
					       pd_constants[child.pd].parent == p &&
					       pd_constants[child.pd].fault_bit == bit));
}

/* I8, I9, I11 for a slot of p. */
static inline bool cap_good(pd_t p, uint64_t slot)
{
	const struct cap c = cap_table[p * CAP_SLOTS + slot];
	const struct irq_constant irq = irq_constants[c.irq];

	switch (c.type) {
	case CAP_NOTIFY:
	case CAP_CONTROL:
		return valid(c.target) && c.id < CHANNEL_MAX;
	case CAP_CALL:
		return valid(c.target) && c.id < CHANNEL_MAX && c.bit < 64u &&
		       pd_constants[c.target].domain == pd_constants[p].domain &&
		       pd_constants[c.target].priority > pd_constants[p].priority &&
		       caller_table[c.target * 64u + (63u - c.bit)].pd == p &&
		       caller_table[c.target * 64u + (63u - c.bit)].id == c.id;
	case CAP_IRQ:
		return c.irq < system_header.num_irqs && irq.pd == p &&
		       irq.id < CHANNEL_MAX;
	default:
		return true;
	}
}

/* I11 for an interrupt. */
static inline bool irq_good(uint32_t irq)
{
	const struct irq_constant c = irq_constants[irq];

	return c.pd == PD_NONE || (valid(c.pd) && c.id < CHANNEL_MAX);
}
