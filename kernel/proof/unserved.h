/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_withdraw() in place of itself, cut where the PD is served: what becomes of that
 * withdraw.c proves. Until then nothing has changed.
 */
#pragma once

#define CALL_ipc_withdraw withdraw_unserved
#include "spec.h"

#include "ipc.h"

static void withdraw_unserved(struct core *core, pd_t pd)
{
	bool served = is_served(pd);

	assert(same(about_some()) && told_nothing());
	__CPROVER_assume(!served);
	(ipc_withdraw)(core, pd);
}
