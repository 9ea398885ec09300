/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A server is stopped, restarted, or faults: idle, serving, serving while others
 * wait; active and passive. Who waits for it returns with an aborted call, unless
 * the server goes on; and then it serves again.
 */
#include "director.h"
#include "failure.h"

enum act {
	ACT_STOP,
	ACT_RESTART,
	ACT_FAULT_STOP,    /* it faults; later its parent stops it */
	ACT_FAULT_RESTART, /* it faults; later its parent restarts it */
	ACT_FAULT_REPLY,   /* it faults; its parent lets it go on by its reply */
	ACT_FAULT_RESUME, /* it faults; its parent does not reply, and resumes it later */
	ACTS
};

static const char *const act_names[ACTS] = { "stop", "restart", "fault then stop",
	"fault then restart", "fault then reply", "fault then resume" };

enum state { IDLE, SERVING, SERVING_WITH_QUEUE, STATES };

static const char *const state_names[STATES] = { "idle", "serving",
	"serving while two wait" };

#define NAME_MAX 80u

static unsigned append(char *name, unsigned at, const char *text)
{
	while (*text != '\0' && at < NAME_MAX - 1) {
		name[at++] = *text++;
	}
	name[at] = '\0';
	return at;
}

static const char *case_name(enum puppet server, enum state state, enum act act)
{
	static char buffers[2][NAME_MAX]; /* the name before is still in use */
	static unsigned turn;
	char *name = buffers[turn++ % 2];
	unsigned at = append(name, 0, act_names[act]);

	at = append(name, at,
		server == S ? " of an active server, " : " of a passive server, ");
	(void)append(name, at, state_names[state]);
	return name;
}

static bool faults(enum act act)
{
	return act >= ACT_FAULT_STOP;
}

static bool goes_on(enum act act)
{
	return act == ACT_FAULT_REPLY || act == ACT_FAULT_RESUME;
}

static uint16_t point(enum act act)
{
	return faults(act) ? OP_READ_BAD : OP_POINT;
}

/* Run until the server is at its point, act on it, and run until all wait. */
static void act_on(enum puppet server, enum act act)
{
	if (faults(act)) {
		test_equal(await_fault_label(server), FAULT_VM, "label of the fault");
		CLEAR(server, protected);
		if (act == ACT_FAULT_REPLY) {
			skip(server);
			answer_and_settle(0);
			return;
		}
		forget();
		settle();
		expect_trace(""); /* its callers wait */
	}
	CLEAR(server, protected);
	if (act == ACT_STOP || act == ACT_FAULT_STOP) {
		stop(server);
	} else if (act == ACT_FAULT_RESUME) {
		skip(server);
		resume(server);
	} else {
		restart(server);
	}
	settle();
}

/* A caller calls the server, which does nothing special. */
static void call_again(enum puppet server, const char *expected)
{
	forget();
	SCRIPT(C1, notified, { OP_CALL, TO(server) });
	kick(C1);
	settle();
	expect_events(expected);
}

/* The callers wait for the director again, and the server is as it should be. */
static void expect_free(enum puppet server, enum act act)
{
	forget();
	CLEAR(C1, notified);
	CLEAR(C2, notified);
	CLEAR(C3, notified);
	CLEAR(server, notified);
	kick(C1);
	kick(C2);
	kick(C3);
	settle();
	expect_trace("C3:n0 C2:n0 C1:n0");
	if (act == ACT_STOP || act == ACT_FAULT_STOP) {
		call_again(server, "C1:ab"); /* at once: nobody would ever receive it */
		restart(server);
		settle();
	}
	call_again(server, "C1:ok");
	kick(server);
	settle();
	expect_events(server == S ? "S:n0" : "P:n0");
}

static void while_idle(enum puppet server, enum act act)
{
	if (faults(act)) {
		SCRIPT(server, notified, { OP_READ_BAD, 0 });
		kick(server);
		act_on(server, act);
		return;
	}
	if (act == ACT_STOP) {
		stop(server);
	} else {
		restart(server);
	}
	settle();
	if (act == ACT_RESTART) {
		expect_trace(server == S ? "S:i" : "P:i");
	} else {
		expect_trace("");
	}
}

static void while_serving(enum puppet server, enum act act)
{
	SCRIPT(server, protected, { point(act), 0 });
	SCRIPT(C1, notified, { OP_CALL, TO(server) });
	kick(C1);
	if (!faults(act)) {
		await(server);
	}
	act_on(server, act);
	expect_events(goes_on(act) ? "C1:ok" : "C1:ab");
}

/*
 * Two more callers queue while the server waits for T, which has faulted. Then T
 * goes on, so the server does, and reaches its point.
 */
static void while_serving_with_queue(enum puppet server, enum act act)
{
	SCRIPT(T, protected, { OP_READ_BAD, 0 });
	SCRIPT(server, protected, { OP_CALL, TO(T) }, { point(act), 0 });
	SCRIPT(C1, notified, { OP_CALL, TO(server) });
	SCRIPT(C2, notified, { OP_CALL, TO(server) });
	SCRIPT(C3, notified, { OP_CALL, TO(server) });
	kick(C1);
	await_fault(T);
	kick(C2);
	kick(C3);
	settle();
	forget();
	CLEAR(T, protected);
	skip(T);
	resume(T);
	if (!faults(act)) {
		await(server);
	}
	act_on(server, act);
	expect_events(goes_on(act) ? "C1:ok C2:ok C3:ok" : "C1:ab C2:ab C3:ab");
}

void failure_servers(void)
{
	static const enum puppet servers[2] = { S, P };

	for (unsigned i = 0; i < 2 * STATES * ACTS; i++) {
		enum puppet server = servers[i / (STATES * ACTS)];
		enum state state = (enum state)(i / ACTS % STATES);
		enum act act = (enum act)(i % ACTS);

		begin(case_name(server, state, act));
		if (state == IDLE) {
			while_idle(server, act);
		} else if (state == SERVING) {
			while_serving(server, act);
		} else {
			while_serving_with_queue(server, act);
		}
		expect_free(server, act);
	}
}
