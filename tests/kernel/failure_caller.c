/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A caller is stopped or restarted while it waits; servers are met before their
 * init has ended; what was notified before a restart is forgotten.
 */
#include "director.h"
#include "failure.h"

static const enum puppet servers[2] = { S, P };

static void will_call(enum puppet caller, enum puppet server)
{
	SCRIPT(caller, notified, { OP_CALL, TO(server) });
}

static void expect_call(enum puppet caller, enum puppet server, const char *expected)
{
	forget();
	will_call(caller, server);
	kick(caller);
	settle();
	expect_events(expected);
}

/* The server is in the middle of serving C1, and has not run on. */
static void serve_to_point(enum puppet server)
{
	SCRIPT(server, protected, { OP_POINT, 0 }, { OP_LOG, 1 });
	will_call(C1, server);
	kick(C1);
	await(server);
	CLEAR(server, protected);
	forget();
}

static void served_caller_goes(enum puppet server, enum control_op op, const char *name)
{
	begin(name);
	serve_to_point(server);
	if (op == CONTROL_RESTART) {
		restart(C1);
	} else {
		stop(C1);
	}
	if (op == CONTROL_RESUME) {
		resume(C1);
	}
	settle();
	if (op == CONTROL_RESTART) {
		expect_trace(server == S ? "S:l1 C1:i" : "P:l1 C1:i");
	} else if (op == CONTROL_STOP) {
		expect_trace(server == S ? "S:l1" : "P:l1");
		restart(C1);
		settle();
	} else {
		expect_trace(server == S ? "S:l1 C1:ab" : "P:l1 C1:ab");
	}
	expect_call(C2, server, "C2:ok");
	expect_call(C1, server, "C1:ok");
}

static void waiting_caller_goes(enum puppet server, bool again, const char *name)
{
	begin(name);
	SCRIPT(server, protected, { OP_READ_BAD, 0 });
	will_call(C1, server);
	kick(C1);
	await_fault(server);
	will_call(C2, server);
	kick(C2);
	will_call(C3, server);
	kick(C3);
	settle();
	CLEAR(server, protected);
	forget();
	if (again) {
		restart(C2);
	} else {
		stop(C2);
	}
	skip(server);
	resume(server);
	settle();
	expect_events("C1:ok C3:ok");
	if (!again) {
		restart(C2);
		settle();
	}
	expect_call(C2, server, "C2:ok");
	expect_call(C1, server, "C1:ok");
}

/* C1 is at the root of a chain of passive servers, which runs on its context. */
static void chain_root_goes(bool again)
{
	begin(again ? "restart of a caller whose context two passive servers use"
		    : "stop of a caller whose context two passive servers use");
	SCRIPT(V, protected, { OP_READ_BAD, 0 });
	SCRIPT(P, protected, { OP_CALL, TO(V) });
	will_call(C1, P);
	kick(C1);
	await_fault(V);
	settle();
	CLEAR(V, protected);
	CLEAR(P, protected);
	forget();
	if (again) {
		restart(C1);
	} else {
		stop(C1);
	}
	settle();
	expect_trace(again ? "C1:i" : "");
	skip(V);
	resume(V);
	settle();
	expect_trace("P:ok"); /* they finish on their own budgets */
	restart(C1);
	settle();
	expect_call(C1, P, "C1:ok");
	expect_call(C2, V, "C2:ok");
}

static void faulted_then_called(enum puppet server)
{
	begin(server == S ? "call to an active server that has faulted"
			  : "call to a passive server that has faulted");
	SCRIPT(server, notified, { OP_READ_BAD, 0 });
	kick(server);
	await_fault(server);
	settle();
	forget();
	will_call(C1, server);
	kick(C1);
	settle();
	expect_trace("C1:n0"); /* waits for what the parent does */
	skip(server);
	resume(server);
	settle();
	expect_events("C1:ok");
	kick(server);
	await_fault(server);
	settle();
	kick(C1);
	settle();
	forget();
	restart(server);
	settle();
	expect_events("C1:ab");
	expect_call(C1, server, "C1:ok");
}

static void called_in_init(enum puppet server)
{
	begin(server == S ? "call to an active server in its init"
			  : "call to a passive server in its init");
	SCRIPT(server, init, { OP_UNDEFINED, 0 });
	restart(server);
	test_equal(await_fault_label(server), FAULT_USER_EXCEPTION, "label");
	settle();
	forget();
	will_call(C1, server);
	kick(C1);
	settle();
	expect_trace("C1:n0");
	skip(server);
	resume(server);
	settle();
	expect_events("C1:ok");
	restart(server);
	await_fault(server);
	settle();
	forget();
	kick(C1);
	settle();
	CLEAR(server, init);
	restart(server);
	settle();
	expect_events("C1:ab");
	expect_call(C1, server, "C1:ok");
}

static void notifications_forgotten(void)
{
	begin("notifications from before a restart are forgotten");
	kick(S);
	restart(S);
	kick(C1);
	restart(C1);
	settle();
	expect_trace("S:i C1:i");
	begin("notifications while stopped are received after a resume");
	stop(C1);
	kick(C1);
	settle();
	expect_trace("");
	resume(C1);
	settle();
	expect_trace("C1:n0");
	begin("notifications while stopped are forgotten by a restart");
	stop(C1);
	kick(C1);
	settle();
	expect_trace("");
	restart(C1);
	settle();
	expect_trace("C1:i");
	kick(C1);
	settle();
	expect_trace("C1:n0");
}

static void control_repeated(void)
{
	begin("stop twice, resume twice, restart twice");
	stop(S);
	stop(S);
	settle();
	expect_call(C1, S, "C1:ab");
	resume(S);
	resume(S);
	settle();
	expect_call(C1, S, "C1:ok");
	restart(S);
	restart(S);
	settle();
	expect_trace("S:i");
	expect_call(C1, S, "C1:ok");
	resume(C1);
	settle();
	expect_call(C1, S, "C1:ok");
	begin("stop and resume of a PD that waits to receive");
	stop(S);
	settle();
	resume(S);
	settle();
	expect_trace("");
	expect_call(C1, S, "C1:ok");
	kick(S);
	settle();
	expect_events("S:n0");
}

void failure_callers(void)
{
	for (unsigned i = 0; i < 2; i++) {
		enum puppet server = servers[i];
		bool active = server == S;

		served_caller_goes(server, CONTROL_STOP,
			active ? "stop of a caller that an active server serves"
			       : "stop of a caller that a passive server serves");
		served_caller_goes(server, CONTROL_RESTART,
			active ? "restart of a caller that an active server serves"
			       : "restart of a caller that a passive server serves");
		served_caller_goes(server, CONTROL_RESUME,
			active ? "stop and resume of a caller that an active server "
				 "serves"
			       : "stop and resume of a caller that a passive server "
				 "serves");
		waiting_caller_goes(server, false,
			active ? "stop of a caller in an active server's queue"
			       : "stop of a caller in a passive server's queue");
		waiting_caller_goes(server, true,
			active ? "restart of a caller in an active server's queue"
			       : "restart of a caller in a passive server's queue");
		faulted_then_called(server);
		called_in_init(server);
	}
	chain_root_goes(false);
	chain_root_goes(true);
	notifications_forgotten();
	control_repeated();
}
