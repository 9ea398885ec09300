/* SPDX-License-Identifier: BSD-2-Clause */
/* What the director's cases are made of: see director.h. */
#include "director.h"

static const char *const names[PUPPETS + 1] = { "C1", "C2", "C3", "S", "P", "T", "V", "U",
	"Q", "K", "W", "X", "Y", "R", "G", "D" };

/* Those whose parent is not the director, or who have none. */
static const bool not_mine[PUPPETS] = {
	[K] = true, [X] = true, [Y] = true, [R] = true, [G] = true
};

#define CONTROLS_VADDR 0x2200000u /* page i is puppet i's control page */
#define TEXT_MAX 600u

static struct trace *const trace = (struct trace *)TRACE_VADDR;

static struct {
	uint64_t pending; /* notifications received and not yet waited for */
	char text[TEXT_MAX];
} director;

volatile struct control *control_of(enum puppet puppet)
{
	return (volatile struct control *)(CONTROLS_VADDR + 0x1000ul * puppet);
}

void script_write(volatile struct step *to, const struct step *from, unsigned count)
{
	test_expect(count <= STEPS, "script fits");
	for (unsigned i = 0; i < count && i < STEPS; i++) {
		to[i].op = from[i].op;
		to[i].arg = from[i].arg;
	}
}

/* Take one event; a fault's child, or PUPPETS if it was a notification. */
static enum puppet take(struct raw_result event)
{
	enum puppet child;

	if ((event.x0 & EVENT_FAULT) == 0) {
		director.pending |= event.x0;
		return PUPPETS;
	}
	child = (enum puppet)(event.x0 & EVENT_ID_MASK);
	trace_add(DIRECTOR, "f", (int)child);
	return child;
}

static void wait_bit(unsigned bit)
{
	while ((director.pending & 1ul << bit) == 0) {
		(void)take(raw_receive(0, 0, 0, 0));
	}
	director.pending &= ~(1ul << bit);
}

void settle(void)
{
	raw_notify(SLOT_NOTIFY + IDLE_CHANNEL, 0, 0, 0);
	wait_bit(IDLE_CHANNEL);
}

void await(enum puppet puppet)
{
	raw_notify(SLOT_NOTIFY + IDLE_CHANNEL, 0, 0, 0);
	while ((director.pending & (1ul << puppet | 1ul << IDLE_CHANNEL)) == 0) {
		(void)take(raw_receive(0, 0, 0, 0));
	}
	test_expect(
		(director.pending & 1ul << puppet) != 0, "a puppet reaches its point");
	director.pending &= ~(1ul << puppet);
}

uint64_t await_fault_label(enum puppet puppet)
{
	raw_notify(SLOT_NOTIFY + IDLE_CHANNEL, 0, 0, 0);
	while ((director.pending & 1ul << IDLE_CHANNEL) == 0) {
		struct raw_result event = raw_receive(0, 0, 0, 0);

		if (take(event) == puppet) {
			return event.x1 >> MSGINFO_LABEL_SHIFT;
		}
	}
	test_expect(false, "a puppet's fault arrives");
	return FAULT_NONE;
}

void await_fault(enum puppet puppet)
{
	(void)await_fault_label(puppet);
}

void answer_and_settle(uint64_t label)
{
	if ((director.pending & 1ul << IDLE_CHANNEL) != 0) {
		director.pending &= ~(1ul << IDLE_CHANNEL);
	}
	raw_notify(SLOT_NOTIFY + IDLE_CHANNEL, 0, 0, 0);
	(void)take(raw_reply_receive(0, raw_info(label, 0), 0, 0));
	wait_bit(IDLE_CHANNEL);
}

void kick(enum puppet puppet)
{
	test_equal(raw_notify(SLOT_NOTIFY + puppet, 0, 0, 0).x0, STATUS_OK, "kick");
}

static void control(enum puppet puppet, enum control_op op, const char *what)
{
	test_equal(raw_control(SLOT_CHILD + puppet, op, 0, 0).x0, STATUS_OK, what);
}

void stop(enum puppet puppet)
{
	control(puppet, CONTROL_STOP, "status of stop");
}

void restart(enum puppet puppet)
{
	control(puppet, CONTROL_RESTART, "status of restart");
}

void resume(enum puppet puppet)
{
	control(puppet, CONTROL_RESUME, "status of resume");
}

void skip(enum puppet puppet)
{
	test_equal(raw_skip_instruction(puppet), STATUS_OK, "status of setting the pc");
}

void forget(void)
{
	trace->length = 0;
}

static void clear_scripts(enum puppet puppet)
{
	volatile struct control *control_page = control_of(puppet);
	const struct step nothing = { OP_END, 0 };

	control_page->self = puppet;
	control_page->flag = 0;
	script_write(control_page->init, &nothing, 1);
	script_write(control_page->notified, &nothing, 1);
	script_write(control_page->protected, &nothing, 1);
	script_write(control_page->fault, &nothing, 1);
}

void begin(const char *name)
{
	test_case(name);
	for (unsigned i = 0; i < PUPPETS; i++) {
		clear_scripts((enum puppet)i);
	}
	SCRIPT(Q, init, { OP_RESTART, 1 });
	SCRIPT(W, init, { OP_RESTART, 1 }, { OP_RESTART, 2 });
	for (unsigned i = 0; i < PUPPETS; i++) {
		if (!not_mine[i]) {
			restart((enum puppet)i);
		}
	}
	settle();
	director.pending = 0;
	clear_scripts(Q);
	clear_scripts(W);
	forget();
}

/* The trace as text. */
static const char *trace_text(void)
{
	unsigned at = 0;

	for (uint64_t i = 0; i < trace->length && i < EVENTS_MAX; i++) {
		const struct event *event = &trace->events[i];
		const char *parts[4] = { i == 0 ? "" : " ", "?", ":", event->text };

		parts[1] = event->puppet <= PUPPETS ? names[event->puppet] : "?";
		for (unsigned part = 0; part < 4; part++) {
			for (const char *c = parts[part]; *c != '\0' && at < TEXT_MAX - 1;
				c++) {
				director.text[at++] = *c;
			}
		}
	}
	director.text[at] = '\0';
	return director.text;
}

static bool same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

void expect_trace(const char *expected)
{
	const char *got = trace_text();
	bool equal = same(got, expected);

	test_expect(equal, "trace differs");
	if (!equal) {
		out(" (got <");
		out(got);
		out(">, not <");
		out(expected);
		out(">)");
	}
	forget();
}

/* The length of the event's text at the front of `text`. */
static unsigned event_length(const char *text)
{
	unsigned length = 0;

	while (text[length] != ' ' && text[length] != '\0') {
		length++;
	}
	return length;
}

static bool contains(const char *text, const char *event, unsigned length)
{
	while (*text != '\0') {
		unsigned here = event_length(text);
		unsigned i = 0;

		while (here == length && i < length && text[i] == event[i]) {
			i++;
		}
		if (i == length) {
			return true;
		}
		text += here;
		text += *text == ' ';
	}
	return false;
}

void expect_events(const char *expected)
{
	const char *got = trace_text();

	while (*expected != '\0') {
		unsigned length = event_length(expected);

		if (!contains(got, expected, length)) {
			test_expect(false, "event missing");
			out(" (got <");
			out(got);
			out(">, without <");
			out(expected);
			out(">)");
			break;
		}
		expected += length;
		expected += *expected == ' ';
	}
	forget();
}
