/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of this architecture, and the functions that entry.S and
 * boot.S call. Each entry returns the frame of the PD that runs on, or
 * idle_frame.
 */
#pragma once

#include <stdint.h>

#include <arch/frame.h>

struct frame *machine_boot(void);
/* Waits for interrupts until a PD is to run; never idle_frame. */
struct frame *entry_idle_c(void);
struct frame *entry_irq_c(void);
struct frame *entry_fault_c(uint64_t esr, uint64_t far);
_Noreturn void entry_kernel_c(uint64_t esr, uint64_t elr, uint64_t far);

/* The controller with so many interrupts: on, all masked, priority drop and deactivation
 * apart. */
void gic_boot(uint32_t num_irqs);

/* The running PD gets the floating point registers, with its own contents. */
void fpu_take(uint8_t pd);

/* The PD's floating point registers become 0. */
void fpu_reset(uint8_t pd);
