/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In which order things happen: notifications coalesce and come lowest id first,
 * a higher priority runs at once and a lower one later, callers are served by
 * priority, and what is deferred goes out with the wait.
 */
#include "director.h"

static void will_call(enum puppet caller, enum puppet server)
{
	SCRIPT(caller, notified, { OP_CALL, TO(server) });
}

/* K calls the server, and is held in it. */
static void hold_in(enum puppet server)
{
	SCRIPT(server, protected, { OP_READ_BAD, 0 });
	will_call(K, server);
	kick(K);
	await_fault(server);
	CLEAR(server, protected);
	settle();
	forget();
}

static void let_go(enum puppet server)
{
	skip(server);
	resume(server);
	settle();
}

static void notifications(void)
{
	begin("notifications coalesce");
	for (unsigned i = 0; i < 100; i++) {
		kick(C1);
	}
	settle();
	expect_trace("C1:n0 C1:n0"); /* the first wakes it, all others are one */

	begin("notifications come lowest id first");
	SCRIPT(S, notified, { OP_NOTIFY, FROM(C1) });
	SCRIPT(P, notified, { OP_NOTIFY, FROM(C1) });
	SCRIPT(T, notified, { OP_NOTIFY, FROM(C1) }, { OP_NOTIFY, FROM(C1) });
	kick(T);
	kick(P);
	kick(S);
	kick(C1);
	settle();
	expect_trace("T:n0 P:n0 S:n0 C1:n0 C1:n13 C1:n14 C1:n15");

	begin("a notified PD of higher priority runs at once");
	SCRIPT(C1, notified, { OP_NOTIFY, TO(S) }, { OP_LOG, 1 });
	kick(C1);
	settle();
	expect_trace("C1:n0 S:n30 C1:l1");

	begin("a notified passive PD of higher priority runs at once");
	SCRIPT(C1, notified, { OP_NOTIFY, TO(P) }, { OP_LOG, 1 });
	kick(C1);
	settle();
	expect_trace("C1:n0 P:n30 C1:l1");

	begin("a notified PD of lower priority runs later");
	SCRIPT(S, notified, { OP_NOTIFY, FROM(C1) }, { OP_LOG, 1 });
	kick(S);
	settle();
	expect_trace("S:n0 S:l1 C1:n13");

	begin("a notification during a call is delivered after it");
	SCRIPT(S, protected, { OP_NOTIFY, FROM(C1) }, { OP_LOG, 1 });
	will_call(C1, S);
	kick(C1);
	settle();
	expect_trace("C1:n0 S:p30 S:l1 C1:ok C1:n13");
}

static void deferred(void)
{
	begin("a deferred notification goes out with the wait");
	SCRIPT(C1, notified, { OP_DEFER, TO(S) }, { OP_LOG, 1 });
	kick(C1);
	settle();
	expect_trace("C1:n0 C1:l1 S:n30");

	begin("a deferred notification goes out before the reply");
	SCRIPT(S, protected, { OP_DEFER, FROM(C3) }, { OP_LOG, 1 });
	will_call(C1, S);
	kick(C1);
	settle();
	expect_trace("C1:n0 S:p30 S:l1 C3:n13 C1:ok");

	begin("the second deferred notification replaces the first");
	SCRIPT(S, notified, { OP_DEFER, FROM(C3) }, { OP_DEFER, FROM(C1) });
	kick(S);
	settle();
	expect_events("S:n0 C1:n13");

	begin("a PD that wakes by its own deferred notification");
	SCRIPT(C1, notified, { OP_DEFER, TO(S) });
	SCRIPT(S, notified, { OP_DEFER, FROM(C1) });
	kick(S);
	kick(C1);
	settle();
	expect_trace("S:n0 C1:n0 S:n30 C1:n13");
}

static void queues(void)
{
	static const enum puppet servers[2] = { S, P };

	for (unsigned i = 0; i < 2; i++) {
		enum puppet server = servers[i];

		begin(server == S ? "an active server serves callers by priority"
				  : "a passive server serves callers by priority");
		hold_in(server);
		will_call(C1, server);
		will_call(C2, server);
		will_call(C3, server);
		kick(C1);
		settle();
		kick(C3);
		settle();
		kick(C2);
		settle();
		forget();
		let_go(server);
		expect_trace(server == S ? "S:p32 S:p31 S:p30 C3:ok C2:ok K:ok C1:ok"
					 : "P:p32 P:p31 P:p30 C3:ok C2:ok K:ok C1:ok");

		begin(server == S ? "an active server takes notifications before calls"
				  : "a passive server takes notifications before calls");
		hold_in(server);
		will_call(C1, server);
		kick(C1);
		settle();
		kick(server);
		settle();
		forget();
		let_go(server);
		expect_trace(
			server == S ? "S:n0 S:p30 K:ok C1:ok" : "P:n0 P:p30 K:ok C1:ok");
	}
}

static void malformed(void)
{
	static const enum puppet servers[2] = { S, P };

	for (unsigned i = 0; i < 2; i++) {
		enum puppet server = servers[i];

		begin(server == S
				? "a malformed call to a busy active server is refused"
				: "a malformed call to a busy passive server is refused");
		hold_in(server);
		SCRIPT(C1, notified, { OP_CALL_BAD, TO(server) });
		kick(C1);
		settle();
		expect_trace("C1:n0 C1:rf");
		let_go(server);
		expect_trace("K:ok");
		stop(server);
		kick(C1);
		settle();
		expect_events("C1:n0 C1:rf");

		begin(server == S
				? "a malformed reply of an active server while one waits"
				: "a malformed reply of a passive server while one "
				  "waits");
		SCRIPT(server, protected, { OP_READ_BAD, 0 }, { OP_REPLY_BAD, 0 });
		will_call(K, server);
		kick(K);
		await_fault(server);
		CLEAR(server, protected);
		will_call(C1, server);
		kick(C1);
		settle();
		forget();
		let_go(server);
		expect_trace(server == S ? "S:p30 K:ab C1:ok" : "P:p30 K:ab C1:ok");
	}
}

static void priorities(void)
{
	begin("all that are ready run by priority");
	for (unsigned i = 0; i <= X; i++) {
		kick((enum puppet)i);
	}
	settle();
	expect_trace("U:n0 V:n0 T:n0 P:n0 S:n0 W:n0 Q:n0 C3:n0 C2:n0 X:n0 K:n0 C1:n0");

	begin("a call runs its server before all between");
	SCRIPT(C1, notified, { OP_POINT, 0 }, { OP_CALL, TO(T) });
	SCRIPT(T, protected, { OP_NOTIFY, FROM(C3) }, { OP_NOTIFY, FROM(S) });
	kick(C1);
	await(C1);
	settle();
	expect_trace("C1:n0 T:p30 S:n15 C3:n15 C1:ok");
}

void init(void)
{
	notifications();
	deferred();
	queues();
	malformed();
	priorities();
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
