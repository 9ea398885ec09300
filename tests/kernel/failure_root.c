/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PDs without a parent fault: they are gone for good, and their callers, served
 * and waiting, present and future, return with an aborted call.
 *
 * These cases come last, for R and G do not come back.
 */
#include "director.h"
#include "failure.h"

static void root_faults(enum puppet root)
{
	begin(root == R ? "active PD without a parent faults while two wait"
			: "passive PD without a parent faults while two wait");
	SCRIPT(T, protected, { OP_READ_BAD, 0 });
	SCRIPT(root, protected, { OP_CALL, TO(T) }, { OP_READ_BAD, 0 });
	SCRIPT(C1, notified, { OP_CALL, TO(root) });
	SCRIPT(C2, notified, { OP_CALL, TO(root) });
	SCRIPT(C3, notified, { OP_CALL, TO(root) });
	kick(C1);
	await_fault(T);
	kick(C2);
	kick(C3);
	settle();
	CLEAR(T, protected);
	forget();
	skip(T);
	resume(T);
	settle();
	expect_events("C1:ab C2:ab C3:ab");

	begin(root == R ? "call to an active PD that is gone"
			: "call to a passive PD that is gone");
	SCRIPT(C1, notified, { OP_CALL, TO(root) });
	kick(C1);
	kick(root); /* goes nowhere */
	settle();
	expect_trace("C1:n0 C1:ab");
}

void failure_roots(void)
{
	root_faults(R);
	root_faults(G);
}
