/* SPDX-License-Identifier: BSD-2-Clause */
/* The trace of what the puppets do: see puppet.h. */
#include "puppet.h"

void trace_add(uint64_t puppet, const char *text, int number)
{
	struct trace *trace = (struct trace *)TRACE_VADDR;
	uint64_t i = __atomic_fetch_add(&trace->length, 1, __ATOMIC_SEQ_CST);
	struct event *event = &trace->events[i];
	unsigned at = 0;

	if (i >= EVENTS_MAX) {
		return;
	}
	event->puppet = (uint8_t)puppet;
	while (*text != '\0' && at < 3) {
		event->text[at++] = *text++;
	}
	if (number >= 10) {
		event->text[at++] = (char)('0' + number / 10 % 10);
	}
	if (number >= 0) {
		event->text[at++] = (char)('0' + number % 10);
	}
	event->text[at] = '\0';
}
