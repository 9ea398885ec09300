/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parent of all: starts a protection domain anew at once when it has faulted, and leaves
 * it stopped when that has happened too often.
 *
 * It depends on nothing that it restarts: it keeps time by the system counter, and speaks
 * through a queue without ever waiting. What it said while virt_tx was starting anew
 * is lost, so it says its last word again when virt_tx signals that it has started.
 */
#include "config.h"

#include <microkit.h>

#include <devices/serial/client.h>
#include <devices/timer/counter.h>

#define LINE_BYTES 256u /* longer ones are cut */

static struct {
	const struct supervisor_config *config;
	struct supervisor_counters *counters;
	uint32_t serial; /* serial_restarts when it last said something */
	uint32_t last;   /* 1 + who had the last fault; 0: nobody yet */
	/* When a child had its last restarts: a ring of config->restarts entries each. */
	uint64_t times[SUPERVISOR_CHILDREN_MAX][SUPERVISOR_RESTARTS_MAX];
	uint32_t count[SUPERVISOR_CHILDREN_MAX]; /* entries that have been written */
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

/* ---- What it does ---- */

/* Notes the fault, whose words are in the message; that is overwritten. */
static void note(struct supervisor_child *child, uint32_t id, uint64_t reason)
{
	seL4_UserContext registers = { 0 };

	child->reason = reason;
	child->code = 0;
	if (reason == seL4_Fault_VMFault)
		child->code = microkit_mr_get(seL4_VMFault_Addr);
	if (reason == seL4_Fault_UserException)
		child->code = microkit_mr_get(seL4_UserException_Number);
	(void)seL4_TCB_ReadRegisters(BASE_TCB_CAP + id, seL4_False, 0,
		sizeof(registers) / sizeof(seL4_Word), &registers);
	child->pc = registers.pc;
	child->lr = registers.x30;
	child->when = counter_read();
}

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

seL4_Bool fault(
	microkit_child id, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	struct supervisor_child *child = &supervisor.counters->children[id];

	(void)reply_msginfo;
	note(child, id, microkit_msginfo_get_label(msginfo));
	if (may_restart(id, child->when)) {
		child->restarts++;
		microkit_pd_restart(id, 0);
	} else {
		child->stopped = 1;
		microkit_pd_stop(id);
	}
	supervisor.last = id + 1u;
	say(id);
	return seL4_False;
}

void notified(microkit_channel ch)
{
	(void)ch;
	if (supervisor.last != 0 && serial_restarts() != supervisor.serial)
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
	if (serial_config != NULL)
		serial_init();
}
