/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake kernel (kernel.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#define EVENTS_MAX 16
#define TEXT_BYTES 8192

static struct {
	struct microkit_svc_result events[EVENTS_MAX];
	unsigned int num_events, next_event;
	struct microkit_svc_result answer;
	char log[TEXT_BYTES];
	char printed[TEXT_BYTES];
	jmp_buf end;
} state;

volatile uint64_t kernel_message_words[MESSAGE_WORDS];

static unsigned int failures;

void kernel_reset(void)
{
	memset(&state, 0, sizeof state);
	for (unsigned int i = 0; i < MESSAGE_WORDS; i++) {
		kernel_message_words[i] = 0;
	}
}

void kernel_event(uint64_t event, uint64_t info)
{
	state.events[state.num_events++] = (struct microkit_svc_result){ event, info };
}

void kernel_answer(uint64_t status, uint64_t value)
{
	state.answer = (struct microkit_svc_result){ status, value };
}

void kernel_run(void (*function)(void))
{
	if (setjmp(state.end) == 0) {
		function();
	}
}

void kernel_log(const char *format, ...)
{
	size_t used = strlen(state.log);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(&state.log[used], TEXT_BYTES - used, format, arguments);
	va_end(arguments);
	used = strlen(state.log);
	snprintf(&state.log[used], TEXT_BYTES - used, "\n");
}

const char *kernel_logged(void)
{
	return state.log;
}

const char *kernel_printed(void)
{
	return state.printed;
}

static struct microkit_svc_result next_event(void)
{
	if (state.next_event == state.num_events) {
		longjmp(state.end, 1);
	}
	return state.events[state.next_event++];
}

/* ---- System calls ---- */

struct microkit_svc_result microkit_svc_call(uint64_t slot, uint64_t info)
{
	kernel_log("call %lu %#lx", slot, info);
	return state.answer;
}

struct microkit_svc_result microkit_svc_reply_receive(uint64_t info)
{
	kernel_log("reply_receive %#lx", info);
	return next_event();
}

struct microkit_svc_result microkit_svc_receive(void)
{
	kernel_log("receive");
	return next_event();
}

struct microkit_svc_result microkit_svc_notify(uint64_t slot)
{
	kernel_log("notify %lu", slot);
	return state.answer;
}

struct microkit_svc_result microkit_svc_signal_receive(uint64_t slot)
{
	kernel_log("signal_receive %lu", slot);
	return next_event();
}

struct microkit_svc_result microkit_svc_ack_signal_receive(
	uint64_t slot, uint64_t irq_slot)
{
	kernel_log("ack_signal_receive %lu %lu", slot, irq_slot);
	return next_event();
}

struct microkit_svc_result microkit_svc_irq_ack(uint64_t slot)
{
	kernel_log("irq_ack %lu", slot);
	return state.answer;
}

struct microkit_svc_result microkit_svc_control(
	uint64_t slot, enum control_op op, uint64_t argument)
{
	kernel_log("control %lu %d %lu", slot, (int)op, argument);
	return state.answer;
}

/* Doubles the eight words. */
struct microkit_svc_result microkit_svc_smc(void)
{
	kernel_log("smc");
	for (unsigned int i = 0; i < 8; i++) {
		MICROKIT_MESSAGE_WORDS[i] *= 2;
	}
	return state.answer;
}

/* Gives words that name themselves: 100 * PD + index. */
struct microkit_svc_result microkit_svc_statistics(uint64_t slot, uint64_t pd)
{
	kernel_log("statistics %lu %lu", slot, pd);
	for (unsigned int i = 0; state.answer.first == STATUS_OK && i < STATISTICS_WORDS;
		i++) {
		MICROKIT_MESSAGE_WORDS[i] = 100 * pd + i;
	}
	return state.answer;
}

struct microkit_svc_result microkit_svc_debug_putc(uint64_t character)
{
	size_t used = strlen(state.printed);

	if (used + 1 < TEXT_BYTES) {
		state.printed[used] = (char)character;
	}
	return state.answer;
}

struct microkit_svc_result microkit_svc_vcpu(
	uint64_t slot, enum vcpu_op op, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	kernel_log("vcpu %lu %d %lu %lu %lu %lu", slot, (int)op, a, b, c, d);
	return state.answer;
}

/* In place of crash.c, which really crashes. */
_Noreturn void microkit_internal_crash(seL4_Error err)
{
	kernel_log("crash %d", (int)err);
	longjmp(state.end, 1);
}

/* ---- Verdicts ---- */

static void print_escaped(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			fputs("\\n", stdout);
		} else {
			putchar(*text);
		}
	}
}

void test_text(const char *name, const char *seen, const char *wanted)
{
	if (strcmp(seen, wanted) == 0) {
		printf("ok - libmicrokit %s: %s\n", VARIANT, name);
		return;
	}
	failures++;
	printf("not ok - libmicrokit %s: %s: seen \"", VARIANT, name);
	print_escaped(seen);
	printf("\", wanted \"");
	print_escaped(wanted);
	printf("\"\n");
}

void test_number(const char *name, uint64_t seen, uint64_t wanted)
{
	char seen_text[32], wanted_text[32];

	snprintf(seen_text, sizeof seen_text, "%#lx", seen);
	snprintf(wanted_text, sizeof wanted_text, "%#lx", wanted);
	test_text(name, seen_text, wanted_text);
}

int test_status(void)
{
	return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
