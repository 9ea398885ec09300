/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chains of calls: a PD is stopped or restarted while it waits in a call of its
 * own, and while its own server goes away. Late replies go nowhere.
 *
 * A server is held in the middle of its service by a fault that the director
 * leaves unanswered, and let go by setting its pc and resuming it.
 */
#include "director.h"
#include "failure.h"

/* The next call to this server will stay in it. */
static void hold(enum puppet server)
{
	SCRIPT(server, protected, { OP_READ_BAD, 0 });
}

static void let_go(enum puppet server)
{
	CLEAR(server, protected);
	forget();
	skip(server);
	resume(server);
	settle();
}

/* The caller's next kick makes it call the server. */
static void will_call(enum puppet caller, enum puppet server)
{
	SCRIPT(caller, notified, { OP_CALL, TO(server) });
}

/* C1 and then C2 call `server`, which calls `next`, which is held. */
static void build(enum puppet server, enum puppet next)
{
	hold(next);
	SCRIPT(server, protected, { OP_CALL, TO(next) });
	will_call(C1, server);
	will_call(C2, server);
	kick(C1);
	await_fault(next);
	kick(C2);
	settle();
	CLEAR(server, protected);
	forget();
}

/* All of the chain serve again. */
static void expect_service(enum puppet server, enum puppet next)
{
	forget();
	will_call(C1, server);
	kick(C1);
	settle();
	expect_events("C1:ok");
	will_call(C2, next);
	kick(C2);
	settle();
	expect_events("C2:ok");
	SCRIPT(server, protected, { OP_CALL, TO(next) });
	kick(C1);
	settle();
	expect_events("C1:ok");
}

static void middle_goes(
	const char *name, enum puppet server, enum puppet next, bool again)
{
	begin(name);
	build(server, next);
	if (again) {
		restart(server);
	} else {
		stop(server);
	}
	settle();
	expect_events("C1:ab C2:ab");
	let_go(next);
	expect_trace(""); /* its reply goes nowhere */
	if (!again) {
		restart(server);
		settle();
	}
	expect_service(server, next);
}

static void middle_resumes(const char *name, enum puppet server, enum puppet next)
{
	begin(name);
	build(server, next);
	stop(server);
	settle();
	expect_events("C1:ab C2:ab");
	resume(server);
	settle();
	/* its call is over, and so is its caller */
	expect_trace(server == S ? "S:ab" : "P:ab");
	let_go(next);
	expect_trace("");
	expect_service(server, next);
}

static void end_goes(const char *name, enum puppet server, enum puppet next, bool again)
{
	begin(name);
	build(server, next);
	CLEAR(next, protected);
	if (again) {
		restart(next);
	} else {
		stop(next);
	}
	settle();
	expect_events(server == S ? "S:ab C1:ok C2:ok" : "P:ab C1:ok C2:ok");
	if (!again) {
		restart(next);
		settle();
	}
	expect_service(server, next);
}

/* The server waits in the queue of T, which serves C3. */
static void queued_goes(const char *name, enum puppet server, bool again)
{
	begin(name);
	hold(T);
	will_call(C3, T);
	kick(C3);
	await_fault(T);
	SCRIPT(server, protected, { OP_CALL, TO(T) });
	will_call(C1, server);
	kick(C1);
	settle();
	CLEAR(server, protected);
	forget();
	if (again) {
		restart(server);
	} else {
		stop(server);
	}
	settle();
	expect_events("C1:ab");
	let_go(T);
	expect_trace("C3:ok");
	if (!again) {
		restart(server);
		settle();
	}
	expect_service(server, T);
}

/* C1 calls `server`, which calls V, which calls U, which is held. */
static void build_three(enum puppet server)
{
	hold(U);
	SCRIPT(V, protected, { OP_CALL, TO(U) });
	SCRIPT(server, protected, { OP_CALL, TO(V) });
	will_call(C1, server);
	kick(C1);
	await_fault(U);
	settle();
	CLEAR(V, protected);
	CLEAR(server, protected);
	forget();
}

static void three_deep(const char *name, enum puppet server, enum puppet gone)
{
	begin(name);
	build_three(server);
	restart(gone);
	settle();
	if (gone == server) {
		expect_events("C1:ab");
		let_go(U);
		expect_trace("V:ok");
	} else if (gone == V) {
		expect_events(server == S ? "V:i S:ab C1:ok" : "V:i P:ab C1:ok");
		let_go(U);
		expect_trace("");
	} else {
		expect_events(
			server == S ? "U:i V:ab S:ok C1:ok" : "U:i V:ab P:ok C1:ok");
		CLEAR(U, protected);
	}
	SCRIPT(V, protected, { OP_CALL, TO(U) });
	expect_service(server, V);
}

void failure_chains(void)
{
	middle_goes("stop of an active server in a call to an active one", S, T, false);
	middle_goes("restart of an active server in a call to an active one", S, T, true);
	middle_goes("stop of an active server in a call to a passive one", S, V, false);
	middle_goes("restart of an active server in a call to a passive one", S, V, true);
	middle_goes("stop of a passive server in a call to an active one", P, T, false);
	middle_goes("restart of a passive server in a call to an active one", P, T, true);
	middle_goes("stop of a passive server in a call to a passive one", P, V, false);
	middle_goes("restart of a passive server in a call to a passive one", P, V, true);
	middle_resumes("stop then resume of an active server in a call", S, T);
	middle_resumes("stop then resume of a passive server in a call", P, T);
	middle_resumes("stop then resume of a passive server in a passive one", P, V);
	end_goes("stop of an active server's active server", S, T, false);
	end_goes("restart of an active server's active server", S, T, true);
	end_goes("stop of a passive server's active server", P, T, false);
	end_goes("restart of an active server's passive server", S, V, true);
	end_goes("stop of a passive server's passive server", P, V, false);
	end_goes("restart of a passive server's passive server", P, V, true);
	queued_goes("stop of an active server in a queue", S, false);
	queued_goes("restart of an active server in a queue", S, true);
	queued_goes("stop of a passive server in a queue", P, false);
	queued_goes("restart of a passive server in a queue", P, true);
	three_deep("restart of the first of three active and passive servers", S, S);
	three_deep("restart of the second of three active and passive servers", S, V);
	three_deep("restart of the third of three active and passive servers", S, U);
	three_deep("restart of the first of three servers on one context", P, P);
	three_deep("restart of the second of three servers on one context", P, V);
	three_deep("restart of the third of three servers on one context", P, U);
}
