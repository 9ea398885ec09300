/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each entry that no PD asked for, as entry.h: an interrupt also when nobody runs.
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
	struct about now;

	ASSUME;
	spec_before();
	ENTRY;
	assert(cut);
	now = about_some();
	assert(same_core());
	assert(AFTER);
	REACHABLE();
	return 0;
}
