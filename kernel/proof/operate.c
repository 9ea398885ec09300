/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYS_CONTROL to restart, stop or resume a child: just what is asked for is done, to whom
 * the capability names, and the caller is told so; without one nothing is. It is cut where
 * the child is stopped, receives or is withdrawn (stopped.c, wait.c, withdraw.c); to
 * be restarted it is stopped already (restart.c).
 */
#define CALL_control_stop_pd stops
#define CALL_ipc_wait receives
#define CALL_ipc_withdraw withdraws
#define ENTRY operate(slot, argument)
#define ASSUME done = DONE_NOTHING, released = false, assume_target(pd, type, cap)
#define AFTER                                                                         \
	(some == pd ? told_results(asked(pd, type, cap) ? STATUS_OK : STATUS_REFUSED, \
			      asked(pd, type, cap) ? k.waiting[cap.target] : 0)       \
		    : begins(argument)) &&                                            \
		(asked(pd, type, cap) ? is_done(now, cap) : is_left(now))
#include "child.h"

static enum done { DONE_NOTHING, DONE_STOP, DONE_RECEIVE, DONE_WITHDRAW } done;
static bool released; /* its interrupts, or masked */
static uint64_t operation;
static pd_t target; /* of the capability, if it is one to control another */

static void do_to(pd_t of, enum done what)
{
	assert(of == target && done == DONE_NOTHING);
	done = what;
}

static void stops(struct core *core, pd_t of)
{
	assert(same(about_some()) && told_nothing());
	do_to(of, DONE_STOP);
}

static void receives(struct core *core, pd_t of)
{
	assert(released);
	do_to(of, DONE_RECEIVE);
}

static void withdraws(struct core *core, pd_t of)
{
	assert(!released);
	do_to(of, DONE_WITHDRAW);
}

void interrupt_mask_all(pd_t of, enum irq_state next)
{
	assert(of == target && done == DONE_STOP && next == IRQ_MASKED && !released);
	mask_by_contract(of, next);
	released = true;
}

void interrupt_release(pd_t of)
{
	assert(of == target && done == DONE_NOTHING && !released);
	release_by_contract(of);
	released = true;
}

#include "control.c"

static bool asked(pd_t pd, uint8_t type, struct cap cap)
{
	return type == CAP_CONTROL && cap.target != pd;
}

static void assume_target(pd_t pd, uint8_t type, struct cap cap)
{
	target = asked(pd, type, cap) ? cap.target : PD_NONE;
	operation = nondet_bool()   ? CONTROL_RESTART
		    : nondet_bool() ? CONTROL_STOP
				    : CONTROL_RESUME;
	assume_at(target);
	__CPROVER_assume(operation != CONTROL_RESTART || target == PD_NONE ||
			 state_stopped(target));
}

/* With constants: CBMC follows a pointer to a function only then. */
static void operate(uint64_t slot, uint64_t argument)
{
	if (operation == CONTROL_RESTART)
		control_operate(slot, CONTROL_RESTART, argument);
	else if (operation == CONTROL_STOP)
		control_operate(slot, CONTROL_STOP, argument);
	else
		control_operate(slot, CONTROL_RESUME, argument);
}

static bool is_left(struct about a)
{
	return same(a) && same_irq(a) && done == DONE_NOTHING && !released;
}

/* What a resume comes to, by the state that the target is in. */
static enum done resumption(void)
{
	switch (target_before) {
	case STATE_STOPPED_RECEIVING:
		return DONE_RECEIVE;
	case STATE_FAULTED:
	case STATE_FAULT_SERVED:
		return DONE_WITHDRAW;
	default:
		return DONE_NOTHING;
	}
}

/* Of the target's interrupts none may come once it restarts, those held if it goes on. */
static uint8_t irq_then(pd_t owner)
{
	if (some_irq >= system_header.num_irqs || irq_constants[some_irq].pd != owner)
		return was.irq_state;
	if (operation == CONTROL_RESTART)
		return IRQ_MASKED;
	return operation == CONTROL_RESUME && target_stopped() &&
			       was.irq_state == IRQ_HELD
		       ? IRQ_ARMED
		       : was.irq_state;
}

static bool is_done(struct about a, struct cap cap)
{
	bool restarts = operation == CONTROL_RESTART;
	bool runs = restarts || (operation == CONTROL_RESUME &&
					(target_before == STATE_STOPPED ||
						target_before == STATE_FAULT_LEFT));
	bool still = target_stopped();

	return done == (operation == CONTROL_RESUME ? resumption() : DONE_STOP) &&
	       released == (restarts || (operation == CONTROL_RESUME && still)) &&
	       same_rest(a) && same_links(a) && same_words(a) &&
	       a.irq_state == irq_then(cap.target) &&
	       (some == cap.target && runs
			       ? a.state == STATE_READY
			       : a.state == was.state && a.ready == was.ready);
}

/* Only who is restarted begins. */
static bool begins(uint64_t entry)
{
	if (some != target || operation != CONTROL_RESTART)
		return told_nothing();
	return told_start(entry);
}

#include "entry.h"
