/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device interrupts: each belongs to one PD or nobody, arrives as a
 * notification, and does not come again until that PD acknowledges it.
 */
#pragma once

#include "kernel.h"

/*
 * Takes the most urgent interrupt, if one is pending; another one comes at once
 * when this entry is over.
 */
struct frame *interrupt_take(struct core *core);

/* The system call; see abi.h. */
struct frame *interrupt_ack(uint64_t slot, uint64_t unused, uint64_t unused2);

/* Lets an interrupt come (again). Nothing happens to one that may come. */
void interrupt_arm(uint16_t irq);

/*
 * Masks every interrupt of the PD and leaves it in the state `next`:
 * IRQ_MASKED, or IRQ_HELD for those that interrupt_release is to let come.
 */
void interrupt_mask_all(pd_t pd, enum irq_state next);

/* A stopped PD runs on: what could come before may come again. */
void interrupt_release(pd_t pd);
