/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parents: a child faults, and its parent lets it go on, stops it or restarts it,
 * by reply or later; the parent is its child's server; the parent goes away.
 *
 * Q is the active parent of K, W the passive parent of X and Y.
 */
#include "director.h"
#include "failure.h"

#define K_AT_Q 1 /* child ids */
#define X_AT_W 1
#define Y_AT_W 2

static void will_call(enum puppet caller, enum puppet server)
{
	SCRIPT(caller, notified, { OP_CALL, TO(server) });
}

/* After whatever happened, K can call Q, fault, and be restarted. */
static void expect_family(void)
{
	CLEAR(Q, protected);
	CLEAR(Q, init);
	SCRIPT(Q, fault, { OP_RESTART, K_AT_Q });
	forget();
	will_call(K, Q);
	kick(K);
	settle();
	expect_events("K:n0 K:ok");
	SCRIPT(K, notified, { OP_READ_BAD, 0 });
	kick(K);
	settle();
	expect_trace("K:n0 Q:f1 K:i");
}

static void handled_in_fault(void)
{
	begin("child faults, parent replies, child goes on");
	SCRIPT(K, notified, { OP_READ_BAD, 0 }, { OP_LOG, 7 });
	SCRIPT(Q, fault, { OP_SKIP, K_AT_Q }, { OP_REPLY, 1 });
	kick(K);
	settle();
	expect_trace("K:n0 Q:f1 K:l7");
	expect_family();

	begin("child faults, parent does not reply and resumes it later");
	SCRIPT(K, notified, { OP_UNDEFINED, 0 }, { OP_LOG, 7 });
	SCRIPT(Q, fault, { OP_REPLY, 0 });
	SCRIPT(Q, notified, { OP_SKIP, K_AT_Q }, { OP_RESUME, K_AT_Q });
	kick(K);
	settle();
	expect_trace("K:n0 Q:f1");
	kick(K);
	settle();
	expect_trace("");
	CLEAR(K, notified);
	kick(Q);
	settle();
	expect_trace("Q:n0 K:l7 K:n0"); /* the second kick was kept */
	expect_family();

	begin("child faults, parent replies with a label, child stays stopped");
	SCRIPT(K, notified, { OP_READ_BAD, 0 }, { OP_LOG, 7 });
	SCRIPT(Q, fault, { OP_REPLY, 2 });
	SCRIPT(Q, notified, { OP_SKIP, K_AT_Q }, { OP_RESUME, K_AT_Q });
	kick(K);
	settle();
	expect_trace("K:n0 Q:f1");
	kick(Q);
	settle();
	expect_trace("Q:n0 K:l7");
	expect_family();

	begin("child faults, parent restarts it");
	expect_family();

	begin("child faults, parent resumes it without a change, it faults again");
	SCRIPT(K, notified, { OP_READ_BAD, 0 }, { OP_LOG, 7 });
	SCRIPT(Q, fault, { OP_RESUME, K_AT_Q });
	SCRIPT(T, protected, { OP_POINT, 0 });
	SCRIPT(Q, fault, { OP_CALL, TO(T) }, { OP_RESUME, K_AT_Q });
	kick(K);
	await(T);
	await(T);
	SCRIPT(Q, fault, { OP_SKIP, K_AT_Q }, { OP_REPLY, 1 });
	CLEAR(T, protected);
	settle();
	expect_events("K:n0 Q:f1 K:l7");
	expect_family();
}

static void child_calls_parent(void)
{
	begin("parent restarts the child whose call it serves");
	will_call(K, Q);
	SCRIPT(Q, protected, { OP_RESTART, K_AT_Q }, { OP_LOG, 1 });
	kick(K);
	settle();
	expect_trace("K:n0 Q:p39 Q:l1 K:i");
	expect_family();

	begin("parent stops the child whose call it serves");
	will_call(K, Q);
	SCRIPT(Q, protected, { OP_STOP, K_AT_Q }, { OP_LOG, 1 });
	kick(K);
	settle();
	expect_trace("K:n0 Q:p39 Q:l1");
	SCRIPT(Q, notified, { OP_RESTART, K_AT_Q });
	kick(Q);
	settle();
	expect_trace("Q:n0 K:i");
	expect_family();

	begin("parent is restarted while it serves its child's call");
	will_call(K, Q);
	SCRIPT(Q, protected, { OP_POINT, 0 }, { OP_LOG, 1 });
	kick(K);
	await(Q);
	restart(Q);
	settle();
	expect_trace("K:n0 Q:p39 Q:i K:ab");
	expect_family();

	begin("parent faults while it serves its child's call");
	SCRIPT(Q, protected, { OP_READ_BAD, 0 });
	will_call(K, Q);
	kick(K);
	await_fault(Q);
	settle();
	expect_trace("K:n0 Q:p39 D:f8");
	restart(Q);
	settle();
	expect_trace("Q:i K:ab");
	expect_family();
}

/* Q serves C1 and waits for T, which is held. */
static void busy_parent(void)
{
	SCRIPT(T, protected, { OP_READ_BAD, 0 });
	SCRIPT(Q, protected, { OP_CALL, TO(T) });
	will_call(C1, Q);
	kick(C1);
	await_fault(T);
	settle();
	CLEAR(T, protected);
	CLEAR(Q, protected);
}

static void let_go(enum puppet puppet)
{
	skip(puppet);
	resume(puppet);
	settle();
}

static void busy_parents(void)
{
	begin("child's fault waits until its parent receives");
	busy_parent();
	SCRIPT(K, notified, { OP_READ_BAD, 0 });
	SCRIPT(Q, fault, { OP_RESTART, K_AT_Q });
	kick(K);
	settle();
	forget();
	let_go(T);
	expect_trace("Q:ok Q:f1 K:i C1:ok");
	expect_family();

	begin("parent stops a child whose fault waits");
	busy_parent();
	SCRIPT(Q, protected, { OP_CALL, TO(T) }, { OP_STOP, K_AT_Q });
	SCRIPT(K, notified, { OP_READ_BAD, 0 });
	kick(K);
	settle();
	forget();
	let_go(T);
	expect_trace("Q:ok C1:ok");
	SCRIPT(Q, notified, { OP_RESTART, K_AT_Q });
	kick(Q);
	settle();
	expect_events("K:i");
	expect_family();
}

static void early_resumes(void)
{
	begin("parent resumes a child whose fault waits");
	busy_parent();
	SCRIPT(Q, protected, { OP_CALL, TO(T) }, { OP_SKIP, K_AT_Q },
		{ OP_RESUME, K_AT_Q });
	CLEAR(T, protected);
	forget();
	skip(T);
	resume(T);
	settle();
	SCRIPT(T, protected, { OP_READ_BAD, 0 });
	kick(C1);
	await_fault(T);
	CLEAR(T, protected);
	SCRIPT(K, notified, { OP_READ_BAD, 0 }, { OP_LOG, 7 });
	kick(K);
	settle();
	forget();
	let_go(T);
	expect_trace("Q:ok K:l7 C1:ok");
	expect_family();

	begin("child goes on and calls before its parent has replied to its fault");
	SCRIPT(T, protected, { OP_READ_BAD, 0 });
	SCRIPT(K, notified, { OP_READ_BAD, 0 }, { OP_CALL, TO(Q) });
	SCRIPT(Q, fault, { OP_SKIP, K_AT_Q }, { OP_RESUME, K_AT_Q }, { OP_CALL, TO(T) },
		{ OP_REPLY, 1 });
	kick(K);
	await_fault(T);
	settle();
	CLEAR(T, protected);
	forget();
	let_go(T);
	expect_trace("Q:ok Q:p39 K:ok");
	expect_family();

	begin("child faults while its parent is stopped, which is then resumed");
	SCRIPT(K, notified, { OP_READ_BAD, 0 });
	SCRIPT(Q, fault, { OP_RESTART, K_AT_Q });
	stop(Q);
	kick(K);
	settle();
	expect_trace("K:n0");
	resume(Q);
	settle();
	expect_trace("Q:f1 K:i");
	expect_family();
}

static void parents_go(void)
{
	begin("parent is restarted while its child's fault waits");
	busy_parent();
	SCRIPT(K, notified, { OP_READ_BAD, 0 });
	SCRIPT(Q, fault, { OP_RESTART, K_AT_Q });
	kick(K);
	settle();
	forget();
	restart(Q);
	settle();
	expect_events("Q:i Q:f1 K:i C1:ab");
	expect_family();

	begin("parent is restarted while it handles its child's fault");
	SCRIPT(K, notified, { OP_READ_BAD, 0 });
	SCRIPT(Q, fault, { OP_POINT, 0 }, { OP_LOG, 1 });
	kick(K);
	await(Q);
	SCRIPT(Q, fault, { OP_RESTART, K_AT_Q });
	restart(Q);
	settle();
	expect_trace("K:n0 Q:f1 Q:i Q:f1 K:i");
	expect_family();

	begin("parent faults while it handles its child's fault");
	SCRIPT(K, notified, { OP_READ_BAD, 0 });
	SCRIPT(Q, fault, { OP_UNDEFINED, 0 });
	kick(K);
	await_fault(Q);
	settle();
	SCRIPT(Q, fault, { OP_RESTART, K_AT_Q });
	forget();
	restart(Q);
	settle();
	expect_trace("Q:i Q:f1 K:i");
	expect_family();
}

void failure_parents(void)
{
	handled_in_fault();
	child_calls_parent();
	busy_parents();
	early_resumes();
	parents_go();
}

static void expect_passive_family(void)
{
	CLEAR(W, protected);
	CLEAR(W, init);
	CLEAR(Y, protected);
	SCRIPT(W, fault, { OP_RESTART, X_AT_W }, { OP_RESTART, Y_AT_W });
	forget();
	will_call(X, W);
	kick(X);
	settle();
	expect_events("X:n0 X:ok");
	will_call(C1, Y);
	kick(C1);
	settle();
	expect_events("C1:ok");
	SCRIPT(X, notified, { OP_READ_BAD, 0 });
	kick(X);
	settle();
	expect_events("X:n0 W:f1 X:i Y:i");
}

static void child_of_passive(void)
{
	begin("passive parent replies to its active child's fault");
	SCRIPT(X, notified, { OP_READ_BAD, 0 }, { OP_LOG, 7 });
	SCRIPT(W, fault, { OP_SKIP, X_AT_W }, { OP_REPLY, 1 });
	kick(X);
	settle();
	expect_trace("X:n0 W:f1 X:l7");
	expect_passive_family();

	begin("passive parent restarts the child on whose context it runs");
	SCRIPT(X, notified, { OP_READ_BAD, 0 });
	SCRIPT(W, fault, { OP_RESTART, X_AT_W }, { OP_BURN, 1 }, { OP_LOG, 1 });
	kick(X);
	settle();
	expect_trace("X:n0 W:f1 W:l1 X:i");
	expect_passive_family();

	begin("passive parent stops the child whose call it serves");
	will_call(X, W);
	SCRIPT(W, protected, { OP_STOP, X_AT_W }, { OP_BURN, 1 }, { OP_LOG, 1 });
	kick(X);
	settle();
	expect_events("X:n0 W:l1");
	SCRIPT(W, notified, { OP_RESTART, X_AT_W });
	kick(W);
	settle();
	expect_trace("W:n0 X:i");
	expect_passive_family();

	begin("passive parent is restarted while it handles its child's fault");
	SCRIPT(X, notified, { OP_READ_BAD, 0 });
	SCRIPT(W, fault, { OP_POINT, 0 });
	kick(X);
	await(W);
	SCRIPT(W, fault, { OP_RESTART, X_AT_W });
	restart(W);
	settle();
	expect_trace("X:n0 W:f1 W:i W:f1 X:i");
	expect_passive_family();
}

/* C1 calls the passive server Y, which faults; its passive parent handles that. */
static void passive_server_of_passive(void)
{
	begin("passive server of a passive parent faults and goes on");
	SCRIPT(Y, protected, { OP_READ_BAD, 0 }, { OP_LOG, 7 });
	SCRIPT(W, fault, { OP_SKIP, Y_AT_W }, { OP_REPLY, 1 });
	will_call(C1, Y);
	kick(C1);
	settle();
	expect_trace("C1:n0 Y:p30 W:f2 Y:l7 C1:ok");
	expect_passive_family();

	begin("passive server of a passive parent faults and is restarted");
	SCRIPT(Y, protected, { OP_READ_BAD, 0 });
	SCRIPT(W, fault, { OP_RESTART, Y_AT_W }, { OP_LOG, 1 });
	will_call(C1, Y);
	kick(C1);
	settle();
	expect_events("C1:n0 Y:p30 W:f2 W:l1 Y:i C1:ab");
	expect_passive_family();

	begin("caller is stopped whose context its server's parent uses");
	SCRIPT(Y, protected, { OP_READ_BAD, 0 }, { OP_LOG, 7 });
	SCRIPT(W, fault, { OP_POINT, 0 }, { OP_SKIP, Y_AT_W }, { OP_REPLY, 1 });
	will_call(C1, Y);
	kick(C1);
	await(W);
	stop(C1);
	settle();
	expect_trace("C1:n0 Y:p30 W:f2 Y:l7");
	restart(C1);
	settle();
	expect_passive_family();

	begin("passive parent is stopped while it handles a server's fault");
	SCRIPT(Y, protected, { OP_READ_BAD, 0 });
	SCRIPT(W, fault, { OP_POINT, 0 });
	will_call(C1, Y);
	kick(C1);
	await(W);
	stop(W);
	settle();
	SCRIPT(W, fault, { OP_RESTART, Y_AT_W });
	forget();
	restart(W);
	settle();
	expect_events("W:i W:f2 Y:i C1:ab");
	expect_passive_family();
}

static void two_children(void)
{
	begin("two children fault, the higher priority is handled first");
	SCRIPT(T, protected, { OP_READ_BAD, 0 });
	SCRIPT(W, protected, { OP_CALL, TO(T) });
	will_call(C1, W);
	kick(C1);
	await_fault(T);
	settle();
	SCRIPT(X, notified, { OP_READ_BAD, 0 });
	SCRIPT(Y, protected, { OP_READ_BAD, 0 });
	will_call(C2, Y);
	kick(X);
	settle();
	kick(C2);
	settle();
	SCRIPT(W, fault, { OP_LOG, 1 });
	CLEAR(W, protected);
	CLEAR(T, protected);
	forget();
	let_go(T);
	expect_trace("W:ok W:f2 W:l1 W:f1 W:l1 C1:ok");
	SCRIPT(W, notified, { OP_RESTART, X_AT_W }, { OP_RESTART, Y_AT_W });
	kick(W);
	settle();
	expect_events("X:i Y:i C2:ab");
	expect_passive_family();
}

void failure_passive_parents(void)
{
	child_of_passive();
	passive_server_of_passive();
	two_children();
}
