/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cut before SYS_RECEIVE: it is proved (receive.c) from what is asserted here. Who
 * is about to wait still runs, though somebody more urgent may be ready already.
 */
#include "harness.h"
#include "ipc.h"

struct frame *ipc_receive(uint64_t unused, uint64_t unused2, uint64_t unused3)
{
	assert(running_holds(k.core[0].current));
	assert_invariant();
	cut = true;
	return 0;
}
