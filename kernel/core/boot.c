/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot, a readable list: the builder has done the rest.
 */
#include "boot.h"

#include <arch/arch.h>

#include "budget.h"
#include "console.h"
#include "ready.h"
#include "schedule.h"

struct kernel k;

static void pds_boot(struct core *core)
{
	k.flags[PD_NONE] = FLAGS_NONE;
	k.state[PD_NONE] = STATE_STOPPED;
	for (unsigned i = 0; i < system_header.num_pds; i++) {
		const struct pd_constant *pd = &pd_constants[i];

		k.serving[i] = PD_NONE;
		k.state[i] = STATE_READY;
		arch_start((pd_t)i, pd->start, pd->entry);
		set_add(core->ready[pd->domain], (pd_t)i);
	}
}

static void irqs_boot(void)
{
	for (unsigned i = 0; i < system_header.num_irqs; i++)
		if (irq_constants[i].pd != PD_NONE)
			arch_irq_configure(i, irq_constants[i].edge != 0);
}

struct frame *kernel_boot(void)
{
	struct core *core = core_self();
	struct frame *frame;

	console_boot();
	budget_boot();
	pds_boot(core);
	irqs_boot();
	schedule_boot(core);
	frame = schedule(core);
	budget_timer(core);
	return frame;
}
