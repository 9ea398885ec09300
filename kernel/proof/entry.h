/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each entry into the kernel, from every state that satisfies the invariant, with
 * any arguments: the invariant holds at the cut or at the return, and of every PD
 * only what spec.h names has changed. A file for each entry says:
 *
 *   ENTRY   the real call
 *   ASSUME  at whom else the invariant is assumed, or which path is meant
 *   AFTER   what spec.h says
 */
#pragma once

#include "harness.h"
#include "spec.h"

#include "control.h"
#include "fault.h"
#include "interrupt.h"
#include "ipc.h"
#include "notification.h"
#include "schedule.h"

int main(void)
{
	pd_t pd = assume_core();
	uint64_t slot = nondet_uint64();
	uint64_t argument = nondet_uint64();
	struct cap cap;
	pd_t client;
	uint8_t type;
	struct about now;

	__CPROVER_assume(pd != PD_NONE);
	cap = cap_of(pd, slot);
	client = k.serving[pd];
	if (slot < CAP_SLOTS)
		__CPROVER_assume(cap_good(pd, slot));
	type = slot < CAP_SLOTS ? cap.type : CAP_NONE;
	ASSUME;
	target_before = k.state[cap.target];
	spec_before();
	ENTRY;
	if (!cut) {
		assert_invariant();
		assert(running_holds(some));
	}
	now = about_some();
	assert(same_core());
	assert(AFTER);
	REACHABLE();
	return 0;
}
