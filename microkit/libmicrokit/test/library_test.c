/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which system calls the event loop and the API make, in which order.
 *
 * Each case sets the PD's behaviour, gives the fake kernel a script of events,
 * runs the library and compares the log.
 */
#include <string.h>

#include "../library.h"
#include "kernel.h"

/* ---- The PD: each entry point logs itself and does what the case wants ---- */

static void nothing(microkit_channel ch)
{
	(void)ch;
}

static void (*in_init)(microkit_channel ch) = nothing;
static void (*in_notified)(microkit_channel ch) = nothing;
static void (*in_protected)(microkit_channel ch) = nothing;
static void (*in_fault)(microkit_channel ch) = nothing;
static seL4_Bool fault_verdict;

void init(void)
{
	kernel_log("init");
	in_init(0);
}

void notified(microkit_channel ch)
{
	kernel_log("notified %u", ch);
	in_notified(ch);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	kernel_log("protected %u %#lx", ch, msginfo.words[0]);
	in_protected(ch);
	return microkit_msginfo_new(7, 3);
}

seL4_Bool fault(
	microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	kernel_log("fault %u %#lx", child, msginfo.words[0]);
	in_fault(child);
	*reply_msginfo = microkit_msginfo_new(0, 1);
	return fault_verdict;
}

static void constructor_a(void)
{
	kernel_log("constructor a");
}

static void constructor_b(void)
{
	kernel_log("constructor b");
}

typedef void (*constructor)(void);
extern const constructor fake_init_array_start[], fake_init_array_end[];
const constructor fake_init_array_start[2] = { constructor_a, constructor_b };
__asm__(".globl fake_init_array_end\n.set fake_init_array_end, fake_init_array_start + "
	"16");

static void reset(void)
{
	kernel_reset();
	in_init = in_notified = in_protected = in_fault = nothing;
	fault_verdict = seL4_False;
	strcpy(microkit_name, "tested");
	microkit_irqs = 0;
	microkit_notifications = (1ull << 5) | (1ull << 61);
	microkit_have_signal = seL4_False;
	microkit_have_ack = seL4_False;
}

#define STARTED "constructor a\nconstructor b\ninit\n"

/* Run the library; its log from behind the first lines. */
static const char *run(void)
{
	kernel_run(microkit_main);
	return kernel_logged();
}

/* ---- What the entry points do in some cases ---- */

static void defer_notify(microkit_channel ch)
{
	(void)ch;
	microkit_deferred_notify(5);
}

static void defer_ack(microkit_channel ch)
{
	microkit_deferred_irq_ack(ch);
}

static void defer_ack_30(microkit_channel ch)
{
	(void)ch;
	microkit_deferred_irq_ack(30);
}

static void defer_both(microkit_channel ch)
{
	microkit_deferred_irq_ack(ch);
	microkit_deferred_notify(5);
}

static void defer_twice(microkit_channel ch)
{
	(void)ch;
	microkit_deferred_notify(61);
	microkit_deferred_notify(5);
}

static void defer_nonsense(microkit_channel ch)
{
	(void)ch;
	microkit_deferred_notify(62);
	microkit_deferred_irq_ack(64);
}

/* ---- The event loop ---- */

static void test_start(void)
{
	reset();
	test_text("constructors, init, receive", run(), STARTED "receive\n");

	reset();
	microkit_irqs = 1 | (1ull << 30) | (1ull << 61);
	test_text("interrupts are opened once, after init", run(),
		STARTED "irq_ack 128\nirq_ack 158\nirq_ack 189\nreceive\n");

	reset();
	in_init = defer_notify;
	test_text("a signal deferred by init goes with the first receive", run(),
		STARTED "signal_receive 5\n");
}

static void test_notifications(void)
{
	reset();
	kernel_event(1ull << 61 | 1ull << 3 | 1, 0);
	kernel_event(1ull << 4, 0);
	test_text("each set bit is delivered once, lowest first", run(),
		STARTED "receive\nnotified 0\nnotified 3\nnotified 61\nreceive\n"
			"notified 4\nreceive\n");

	reset();
	kernel_event((1ull << 62) - 1, 0);
	run();
	test_number("all 62 are delivered",
		(uint64_t)(strstr(kernel_logged(), "notified 61\nreceive\n") != NULL &&
			   strstr(kernel_logged(), "notified 0\nnotified 1\n") != NULL),
		1);

	reset();
	in_notified = defer_ack;
	microkit_irqs = 1 << 2;
	kernel_event(1 << 2, 0);
	kernel_event(1 << 2, 0);
	test_text("a deferred acknowledgement goes with the next receive", run(),
		STARTED "irq_ack 130\nreceive\nnotified 2\nsignal_receive 130\n"
			"notified 2\nsignal_receive 130\n");

	reset();
	in_notified = defer_both;
	microkit_irqs = 1 << 2;
	kernel_event(1 << 2, 0);
	kernel_event(1 << 2, 0);
	test_text("signal and acknowledgement go with the next receive", run(),
		STARTED "irq_ack 130\nreceive\nnotified 2\nack_signal_receive 5 130\n"
			"notified 2\nack_signal_receive 5 130\n");

	reset();
	in_notified = defer_twice;
	kernel_event(1, 0);
	test_text("a second deferred signal replaces the first", run(),
		STARTED "receive\nnotified 0\nsignal_receive 5\n");

	reset();
	in_notified = defer_nonsense;
	kernel_event(1, 0);
	test_text("an invalid deferred signal is ignored", run(),
		STARTED "receive\nnotified 0\nreceive\n");
}

static void test_calls(void)
{
	reset();
	kernel_event(EVENT_CALL | 61, 0x5002);
	kernel_event(EVENT_CALL | 0, 0);
	test_text("a call is served and replied to with the next receive", run(),
		STARTED "receive\nprotected 61 0x5002\nreply_receive 0x7003\n"
			"protected 0 0\nreply_receive 0x7003\n");

	reset();
	in_protected = defer_notify;
	kernel_event(EVENT_CALL | 1, 0);
	kernel_event(1 << 4, 0);
	test_text("a deferred signal is flushed before a reply", run(),
		STARTED "receive\nprotected 1 0\nnotify 5\nreply_receive 0x7003\n"
			"notified 4\nreceive\n");

	reset();
	in_protected = defer_ack_30;
	microkit_irqs = 1 << 30;
	kernel_event(EVENT_CALL | 1, 0);
	test_text("so is a deferred acknowledgement", run(),
		STARTED "irq_ack 158\nreceive\nprotected 1 0\nirq_ack 158\n"
			"reply_receive 0x7003\n");
}

static void test_faults(void)
{
	reset();
	kernel_event(EVENT_FAULT | 9, 0x6004);
	test_text("a fault that is not answered", run(),
		STARTED "receive\nfault 9 0x6004\nreceive\n");

	reset();
	fault_verdict = seL4_True;
	kernel_event(EVENT_FAULT | 9, 0x6004);
	kernel_event(1, 0);
	test_text("a fault that is answered", run(),
		STARTED
		"receive\nfault 9 0x6004\nreply_receive 0x1\nnotified 0\nreceive\n");

	reset();
	in_fault = defer_notify;
	fault_verdict = seL4_True;
	kernel_event(EVENT_FAULT | 9, 0x6004);
	test_text("a signal deferred by fault and an answer", run(),
		STARTED "receive\nfault 9 0x6004\nnotify 5\nreply_receive 0x1\n");

	reset();
	in_fault = defer_notify;
	kernel_event(EVENT_FAULT | 9, 0x6004);
	test_text("a signal deferred by fault without an answer", run(),
		STARTED "receive\nfault 9 0x6004\nsignal_receive 5\n");
}

/* ---- The API ---- */

static void test_channels(void)
{
	microkit_msginfo info = microkit_msginfo_new(0xabcdef0123456, 64);

	test_number("label of a message info", microkit_msginfo_get_label(info),
		0xabcdef0123456);
	test_number("count of a message info", microkit_msginfo_get_count(info), 64);

	reset();
	kernel_answer(STATUS_OK, 0x2001);
	info = microkit_ppcall(6, microkit_msginfo_new(1, 2));
	microkit_notify(61);
	microkit_irq_ack(3);
	test_text("slots of channels", kernel_logged(),
		"call 70 0x1002\nnotify 61\nirq_ack 131\n");
	test_number("the reply of a call", info.words[0], 0x2001);
	test_text("no complaint", kernel_printed(), "");

	reset();
	kernel_answer(STATUS_REFUSED, 0);
	info = microkit_ppcall(6, microkit_msginfo_new(1, 2));
	microkit_notify(9);
	microkit_irq_ack(3);
	microkit_deferred_notify(62);
	test_number("a refused call returns an empty message info", info.words[0], 0);
	test_text("refusals are named in debug, silent in release", kernel_printed(),
		strcmp(VARIANT, "debug") != 0
			? ""
			: "tested: microkit_ppcall: invalid channel 6\n"
			  "tested: microkit_notify: invalid channel 9\n"
			  "tested: microkit_irq_ack: invalid channel 3\n"
			  "tested: microkit_deferred_notify: invalid channel 62\n");

	reset();
	microkit_dbg_put32(0);
	microkit_dbg_putc(' ');
	microkit_dbg_put32(4294967295u);
	microkit_dbg_puts(" x ");
	microkit_dbg_put8(255);
	test_text("the debug console", kernel_printed(),
		strcmp(VARIANT, "debug") == 0 ? "0 4294967295 x 255" : "");
}

static void restart(void)
{
	microkit_pd_restart(3, 0x200000);
	microkit_pd_stop(4);
	microkit_pd_resume(0);
}

static void test_children(void)
{
	seL4_UserContext context = { .pc = 1, .sp = 2, .tpidrro_el0 = 36 };

	reset();
	kernel_run(restart);
	test_text("control of children", kernel_logged(),
		"control 195 0 2097152\ncontrol 196 1 0\ncontrol 192 2 0\n");

	reset();
	kernel_answer(STATUS_REFUSED, 0);
	kernel_run(restart);
	test_text(
		"a refusal crashes", kernel_logged(), "control 195 0 2097152\ncrash 2\n");

	reset();
	test_number("registers are written",
		(uint64_t)seL4_TCB_WriteRegisters(
			BASE_TCB_CAP + 3, seL4_True, 0, REGISTER_WORDS, &context),
		0);
	test_text("in one call, then the child resumes", kernel_logged(),
		"control 195 4 36\ncontrol 195 2 0\n");
	test_number("first word", microkit_mr_get(0), 1);
	test_number("last word", microkit_mr_get(35), 36);
	microkit_mr_set(2, 33);
	microkit_mr_set(3, 44);
	test_number("registers are read",
		(uint64_t)seL4_TCB_ReadRegisters(
			BASE_TCB_CAP + 3, seL4_False, 0, 3, &context),
		0);
	test_number("those asked for", context.spsr, 33);
	test_number("not the next", context.x0, 0);

	reset();
	kernel_answer(STATUS_BAD_STATE, 0);
	test_number("an error is returned",
		(uint64_t)seL4_TCB_WriteRegisters(
			BASE_TCB_CAP, seL4_True, 0, 1, &context),
		seL4_IllegalOperation);
	test_text("and the child does not resume", kernel_logged(), "control 192 4 1\n");
}

static void firmware(void)
{
	seL4_ARM_SMCContext in = { .x0 = 1, .x7 = 8 }, out = { 0 };

	microkit_arm_smc_call(&in, &out);
	kernel_log("result %lu %lu", out.x0, out.x7);
}

static void vcpu(void)
{
	microkit_vcpu_restart(2, 0x40000000);
	microkit_vcpu_stop(2);
	microkit_vcpu_arm_inject_irq(2, 27, 1, 0, 4);
	microkit_vcpu_arm_ack_vppi(2, 27);
	kernel_log("value %lu", microkit_vcpu_arm_read_reg(2, seL4_VCPUReg_TCR));
	microkit_vcpu_arm_write_reg(2, seL4_VCPUReg_TCR, 9);
}

static void test_rare(void)
{
	reset();
	kernel_run(firmware);
	test_text("firmware call", kernel_logged(), "smc\nresult 2 16\n");
	reset();
	kernel_answer(STATUS_REFUSED, 0);
	kernel_run(firmware);
	test_text("refused firmware call", kernel_logged(), "smc\ncrash 2\n");

	reset();
	kernel_answer(STATUS_OK, 77);
	kernel_run(vcpu);
	test_text("virtual CPU", kernel_logged(),
		"vcpu 194 0 1073741824 0 0 0\nvcpu 194 1 0 0 0 0\nvcpu 194 2 27 1 0 4\n"
		"vcpu 194 3 27 0 0 0\nvcpu 194 4 4 0 0 0\nvalue 77\nvcpu 194 5 4 9 0 "
		"0\n");
	reset();
	kernel_answer(STATUS_REFUSED, 0);
	kernel_run(vcpu);
	test_text("refused virtual CPU", kernel_logged(),
		"vcpu 194 0 1073741824 0 0 0\ncrash 2\n");
}

static void test_statistics(void)
{
	struct pd_statistics statistics = { .ticks = 99 };

	reset();
	kernel_answer(STATUS_REFUSED, 0);
	test_number("refused statistics", microkit_statistics_read(3, &statistics), 0);
	test_number("leave the struct as it was", statistics.ticks, 99);
	reset();
	kernel_answer(STATUS_OK, 6);
	test_number("statistics give the number of PDs",
		microkit_statistics_read(3, &statistics), 6);
	test_number("first counter", statistics.ticks, 300);
	test_number("last counter", statistics.receives, 308);
	test_text("by the statistics capability", kernel_logged(), "statistics 385 3\n");
	reset();
	kernel_answer(STATUS_OK, 6);
	microkit_child_statistics_read(2, &statistics);
	test_text("a child's, by the capability that controls it", kernel_logged(),
		"statistics 194 0\n");
	reset();
	kernel_answer(STATUS_OK, 5);
	test_number("what waits for a child", microkit_child_waiting(2), 5);
	test_text("by the same, in an operation that changes nothing", kernel_logged(),
		"control 194 3 1\n");
}

int main(void)
{
	test_start();
	test_notifications();
	test_calls();
	test_faults();
	test_channels();
	test_children();
	test_rare();
	test_statistics();
	return test_status();
}
