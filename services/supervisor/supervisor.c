/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parent of all: starts a protection domain anew at once when it has faulted or hangs,
 * and leaves it stopped when that has happened too often.
 *
 * A child hangs that has run for a time, by the kernel's account, and has not once come back to
 * its event loop for what is next. A child that gets no time because another hangs does not
 * hang, and one that waits for another to answer does not run: only the one that is to
 * blame is restarted. The supervisor looks when its clock signals.
 *
 * It depends on nothing that it restarts: it keeps time by the system counter, and speaks
 * through a queue without ever waiting. What it said while virt_tx was starting anew
 * is lost, so it says its last word again when virt_tx signals that it has started.
 *
 * Of each death it keeps a post-mortem. It cannot read a child's stack, so the child does: the
 * start stub of its next life follows the last one's frame records before it makes the
 * memory new, has a fault with what it found in its registers, and goes on from there.
 */
#include "config.h"

#include <microkit.h>
#include <string.h>

#include <devices/serial/client.h>
#include <devices/timer/counter.h>

#define LINE_BYTES 256u /* longer ones are cut */

static struct {
	const struct supervisor_config *config;
	struct supervisor_counters *counters;
	struct supervisor_post_mortem *post_mortems;
	/* The last frame pointer of a child that starts; 0 once it has told its calls. */
	uint64_t frames[SUPERVISOR_CHILDREN_MAX];
	uint32_t serial; /* serial_restarts when it last said something */
	uint32_t last;   /* 1 + who was restarted last; 0: nobody yet */
	uint64_t asked;  /* when a client last asked for a restart and got it */
	/* When a child had its last restarts: a ring of config->restarts entries each. */
	uint64_t times[SUPERVISOR_CHILDREN_MAX][SUPERVISOR_RESTARTS_MAX];
	uint32_t count[SUPERVISOR_CHILDREN_MAX]; /* entries that have been written */
	/* Of a child when it was last seen to have made a receive, or to start. */
	struct seen {
		uint64_t receives;
		uint64_t ticks; /* that it had run */
	} seen[SUPERVISOR_CHILDREN_MAX];
} supervisor;

__attribute__((used, section(".data")))
const struct supervisor_config *supervisor_config; /* set by the system file */

/* ---- What it says ---- */

struct line {
	uint32_t bytes;
	char text[LINE_BYTES];
};

static void put(struct line *line, const char *text)
{
	for (; *text != '\0' && line->bytes < LINE_BYTES - 1u; text++)
		line->text[line->bytes++] = *text;
	line->text[line->bytes] = '\0';
}

static void put_number(struct line *line, uint64_t number, uint32_t base)
{
	char digits[21]; /* of 2^64 in decimal, and the end */
	uint32_t at = sizeof(digits) - 1u;

	digits[at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number != 0);
	put(line, base == 16u ? "0x" : "");
	put(line, &digits[at]);
}

static void put_reason(struct line *line, const struct supervisor_child *child)
{
	static const char *const names[] = {
		[seL4_Fault_CapFault] = "used a capability that it has not",
		[seL4_Fault_UnknownSyscall] = "made a system call that there is not",
		[seL4_Fault_UserException] = "had exception class ",
		[seL4_Fault_VMFault] = "may not access ",
		[SUPERVISOR_HUNG] = "hung",
		[SUPERVISOR_ASKED] = "was asked for",
	};
	uint64_t reason = child->reason;

	if (reason == seL4_Fault_UserException && child->code == SUPERVISOR_CLASS_BRK)
		put(line, "ended itself");
	else if (reason < sizeof(names) / sizeof(names[0]) && names[reason] != NULL)
		put(line, names[reason]);
	else
		put(line, "had a fault of another kind");
	if (reason == seL4_Fault_VMFault || (reason == seL4_Fault_UserException &&
						    child->code != SUPERVISOR_CLASS_BRK))
		put_number(line, child->code, 16);
}

/* supervisor: 'web' may not access 0x0 (pc 0x204610, lr 0x204604): restart 3 */
static void say(uint32_t id)
{
	const struct supervisor_child *child = &supervisor.counters->children[id];
	struct line line = { 0 };

	put(&line, serial_config != NULL ? "'" : "supervisor: '");
	put(&line, supervisor.config->names[id]);
	put(&line, "' ");
	put_reason(&line, child);
	put(&line, " (pc ");
	put_number(&line, child->pc, 16);
	put(&line, ", lr ");
	put_number(&line, child->lr, 16);
	put(&line,
		child->stopped ? "): too often, stopped after restart " : "): restart ");
	put_number(&line, child->restarts, 10);
	put(&line, "\n");
	if (serial_config == NULL) {
		microkit_dbg_puts(line.text);
		return;
	}
	serial_print(line.text, line.bytes);
	supervisor.serial = serial_restarts();
}

/* ---- What it keeps ---- */

/* The first `count` registers of a child, which stops if that is asked; overwrites the message. */
static seL4_UserContext *read_registers(
	uint32_t id, bool stop, uint64_t count, uint64_t *words)
{
	seL4_UserContext *registers = (seL4_UserContext *)words;

	(void)seL4_TCB_ReadRegisters(BASE_TCB_CAP + id, stop, 0, count, registers);
	return registers;
}

/* A child that is stopped or has faulted runs on with them; likewise. */
static void run_with(uint32_t id, uint64_t count, seL4_UserContext *registers)
{
	(void)seL4_TCB_WriteRegisters(BASE_TCB_CAP + id, true, 0, count, registers);
}

/* Notes why a child does not go on, and where it is. */
static void note(
	struct supervisor_child *child, uint32_t id, uint64_t reason, uint64_t code)
{
	struct supervisor_post_mortem *post_mortem = &supervisor.post_mortems[id];
	const seL4_UserContext *registers = read_registers(
		id, false, REGISTER_WORDS, post_mortem->registers);

	child->reason = reason;
	child->code = code;
	child->pc = registers->pc;
	child->lr = registers->x30;
	child->when = counter_read();
	post_mortem->waiting = microkit_child_waiting(id);
	post_mortem->told = 0;
	supervisor.frames[id] = registers->x29;
}

/*
 * Has a child that starts anew tell first from where its last life's functions were called.
 * The frame pointer is the child's word, and what its stub reads by it the child may read.
 */
static void ask_calls(uint32_t id)
{
	uint64_t words[REGISTER_WORDS]; /* pc, sp, spsr, x0, x1 of them */
	seL4_UserContext *start = read_registers(id, true, 4, words);

	start->x1 = supervisor.frames[id];
	run_with(id, 5, start);
}

/* The child has told, and goes on to start; or stops, if it had too many restarts. */
static void take_calls(uint32_t id)
{
	struct supervisor_post_mortem *post_mortem = &supervisor.post_mortems[id];
	seL4_UserContext *told = read_registers(
		id, false, REGISTER_WORDS, post_mortem->calls);

	post_mortem->told = 1;
	supervisor.frames[id] = 0;
	told->pc = told->x29;
	if (supervisor.counters->children[id].stopped)
		microkit_pd_stop(id);
	else
		run_with(id, 1, told);
}

/* ---- What it does ---- */

/* Whether the child has not had all its restarts within the last period; notes one. */
static bool may_restart(uint32_t id, uint64_t now)
{
	uint32_t most = supervisor.config->restarts;
	uint32_t count = supervisor.count[id];
	uint64_t *oldest;

	if (most == 0)
		return false;
	oldest = &supervisor.times[id][count % most];
	if (count >= most && now - *oldest < supervisor.config->period_ticks)
		return false;
	*oldest = now;
	supervisor.count[id] = count + 1u < 2u * most ? count + 1u : most;
	return true;
}

/* Restarts a child, or stops it if it may not, when it has told its calls; says so. */
static void restart(uint32_t id, bool may)
{
	struct supervisor_child *child = &supervisor.counters->children[id];
	struct pd_statistics *counted = &supervisor.post_mortems[id].counted;

	child->stopped = !may;
	child->restarts += may;
	supervisor.post_mortems[id].child = *child;
	(void)microkit_child_statistics_read(id, counted);
	supervisor.seen[id] = (struct seen){ counted->receives, counted->ticks };
	microkit_pd_restart(id, 0);
	if (supervisor.frames[id] != 0)
		ask_calls(id);
	else if (!may)
		microkit_pd_stop(id);
	supervisor.last = id + 1u;
	say(id);
}

seL4_Bool fault(
	microkit_child id, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	struct supervisor_child *child = &supervisor.counters->children[id];
	uint64_t reason = microkit_msginfo_get_label(msginfo);
	uint64_t code = 0;

	(void)reply_msginfo;
	if (supervisor.frames[id] != 0) {
		take_calls(id);
		return seL4_False;
	}
	if (reason == seL4_Fault_VMFault)
		code = microkit_mr_get(seL4_VMFault_Addr);
	if (reason == seL4_Fault_UserException)
		code = microkit_mr_get(seL4_UserException_Number);
	note(child, id, reason, code);
	restart(id, may_restart(id, child->when));
	return seL4_False;
}

/* Whether the child has run for too long since it last made a receive. */
static bool hangs(uint32_t id)
{
	struct seen *seen = &supervisor.seen[id];
	struct pd_statistics counted = { 0 };

	(void)microkit_child_statistics_read(id, &counted);
	if (counted.receives == seen->receives)
		return counted.ticks - seen->ticks >= supervisor.config->hang_ticks;
	*seen = (struct seen){ counted.receives, counted.ticks };
	return false;
}

static void look(void)
{
	for (uint32_t id = 0; id < supervisor.config->num_children; id++) {
		struct supervisor_child *child = &supervisor.counters->children[id];

		if (!(supervisor.config->watched >> id & 1u) || child->stopped ||
			!hangs(id))
			continue;
		note(child, id, SUPERVISOR_HUNG, 0);
		child->hangs++;
		restart(id, may_restart(id, child->when));
	}
}

/* A client asks for a restart. It says which child, and nothing else. */
static enum supervisor_answer ask(uint64_t count, uint64_t id)
{
	uint64_t now = counter_read();

	/* untrusted: the client's words */
	if (count != 1 || id >= supervisor.config->num_children)
		return SUPERVISOR_UNKNOWN;
	if (supervisor.asked != 0 &&
		now - supervisor.asked < supervisor.config->demo_ticks)
		return SUPERVISOR_TOO_SOON;
	supervisor.asked = now;
	if (supervisor.frames[id] != 0)
		return SUPERVISOR_OK; /* it does so already */
	note(&supervisor.counters->children[id], (uint32_t)id, SUPERVISOR_ASKED, 0);
	restart((uint32_t)id, true);
	return SUPERVISOR_OK;
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	(void)ch;
	return microkit_msginfo_new(
		ask(microkit_msginfo_get_count(msginfo), microkit_mr_get(0)), 0);
}

void notified(microkit_channel ch)
{
	if (ch == supervisor.config->clock)
		look();
	else if (supervisor.last != 0 && serial_restarts() != supervisor.serial)
		say(supervisor.last - 1u);
}

void init(void)
{
	const struct supervisor_config *config = supervisor_config;

	if (config == NULL || config->magic != SUPERVISOR_MAGIC ||
		config->num_children > SUPERVISOR_CHILDREN_MAX ||
		config->restarts > SUPERVISOR_RESTARTS_MAX)
		__builtin_trap();
	supervisor.config = config;
	supervisor.counters = (struct supervisor_counters *)(uintptr_t)config->counters;
	supervisor.post_mortems = (struct supervisor_post_mortem *)(uintptr_t)
					  config->post_mortems;
	for (uint32_t id = 0; id < config->num_children; id++) {
		supervisor.post_mortems[id].magic = SUPERVISOR_POST_MORTEM_MAGIC;
		memcpy(supervisor.post_mortems[id].name, config->names[id],
			CONFIG_NAME_BYTES);
	}
	if (serial_config != NULL)
		serial_init();
}
