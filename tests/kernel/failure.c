/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The failure matrix: a PD is stopped, is restarted, or faults in every state
 * that it can be in, and nobody stays stuck.
 *
 * The director's init runs all cases and does not return: it receives by itself.
 */
#include "failure.h"

#include "director.h"

void init(void)
{
	failure_servers();
	failure_chains();
	failure_callers();
	failure_parents();
	failure_passive_parents();
	failure_roots();
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
