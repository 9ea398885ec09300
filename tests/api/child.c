/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes two firmware calls; counts those that it comes back from. */
#include <microkit.h>

#include "api.h"

volatile struct shared *shared; /* set by the tool */

static void call(uint32_t function, uint32_t number)
{
	seL4_ARM_SMCContext context;

	context.x0 = function;
	context.x1 = PSCI_VERSION;
	context.x2 = context.x3 = context.x4 = 0;
	context.x5 = context.x6 = context.x7 = 0;
	microkit_arm_smc_call(&context, &context);
	shared->reached[number]++;
}

void init(void)
{
	uint32_t number = microkit_name[0] == 'l' ? LISTED_CHILD : UNLISTED_CHILD;

	shared->reached[number] = 0;
	call(PSCI_VERSION, number);
	call(PSCI_FEATURES, number);
}

void notified(microkit_channel ch)
{
	(void)ch;
}
