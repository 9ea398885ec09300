/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating point: one owner, switched on first use. Whoever is not the owner
 * traps, so no PD sees another's registers.
 */
#include <arch/arch.h>

#include "machine.h"
#include "system.h"

struct fpu_frame {
	uint64_t q[64];
	uint64_t control; /* FPCR */
	uint64_t status;  /* FPSR */
};

/* Of fpu.S, which uses q0..q31: the trap must be off. */
void fpu_save(struct fpu_frame *frame);
void fpu_load(const struct fpu_frame *frame);

static struct fpu_frame fpu_frames[PD_MAX] __attribute__((aligned(16)));

void fpu_take(uint8_t pd)
{
	uint8_t owner = arch_core.fpu_owner;

	if (owner != PD_NONE)
		frames[owner].traps &= ~(uint64_t)TRAPS_FPU_OPEN;
	frames[pd].traps |= TRAPS_FPU_OPEN;
	arch_traps_load(pd);
	__asm__ volatile("isb");
	if (owner != PD_NONE)
		fpu_save(&fpu_frames[owner]);
	fpu_load(&fpu_frames[pd]);
	arch_core.fpu_owner = pd;
}

void fpu_reset(uint8_t pd)
{
	if (arch_core.fpu_owner == pd)
		arch_core.fpu_owner = PD_NONE;
	frames[pd].traps &= ~(uint64_t)TRAPS_FPU_OPEN;
	for (unsigned i = 0; i < 64u; i++)
		fpu_frames[pd].q[i] = 0;
	fpu_frames[pd].control = 0;
	fpu_frames[pd].status = 0;
}
