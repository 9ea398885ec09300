/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A parent reads and writes its child's registers: all of them, exactly, and
 * nothing that would give the child a right.
 */
#include "registers.h"

#include "raw.h"
#include "testing.h"

#define SUBJECT 1u /* child id and channel */
#define TIMER 3u   /* a PD that notifies the tester every few hundred microseconds */
#define SLOT (SLOT_CHILD + SUBJECT)
#define NO_WORD 0x7777777777777777ull

static struct shared *const shared = (struct shared *)SHARED_VADDR;

static uint64_t pattern(unsigned n)
{
	return PATTERN + n * PATTERN_STEP;
}

static void command(uint64_t number)
{
	shared->command = number;
	test_equal(raw_notify(SLOT_NOTIFY + SUBJECT, 0, 0, 0).x0, STATUS_OK, "notify");
}

static void restart(void)
{
	shared->command = 0;
	test_equal(raw_control(SLOT, CONTROL_RESTART, 0, 0).x0, STATUS_OK, "restart");
}

static void await_fault(void)
{
	struct raw_result event;

	do {
		event = raw_receive(0, 0, 0, 0);
	} while ((event.x0 & EVENT_FAULT) == 0);
	test_equal(event.x1 >> MSGINFO_LABEL_SHIFT, FAULT_USER_EXCEPTION,
		"label of the fault");
	test_equal(event.x1 & MSGINFO_COUNT_MASK, 5, "words of the fault");
}

/* Let lower priorities run for a while. */
static void pass_time(void)
{
	raw_notify(SLOT_NOTIFY + TIMER, 0, 0, 0);
	while ((raw_receive(0, 0, 0, 0).x0 & 1ull << TIMER) == 0) {
	}
}

static void forget_words(void)
{
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		raw_words()[i] = NO_WORD + i;
	}
}

static uint64_t read(uint64_t count)
{
	forget_words();
	return raw_control(SLOT, CONTROL_READ_REGISTERS, count, 0).x0;
}

static void expect_pattern(uint64_t pc)
{
	test_equal(read(REGISTER_WORDS), STATUS_OK, "status of reading");
	test_equal(raw_words()[0], pc, "pc");
	test_equal(raw_words()[2], PATTERN_FLAGS, "spsr");
	for (unsigned n = 0; n < 31; n++) {
		test_equal(raw_words()[3 + n], pattern(n), "x register");
	}
	test_equal(raw_words()[34], pattern(31), "tpidr_el0");
	test_equal(raw_words()[35], 0, "tpidrro_el0");
	for (unsigned i = REGISTER_WORDS; i < MESSAGE_WORDS; i++) {
		test_equal(raw_words()[i], NO_WORD + i, "word behind the registers");
	}
}

static void reading(void)
{
	test_case("registers at a fault");
	restart();
	command(COMMAND_FAULT);
	await_fault();
	expect_pattern(shared->fault_pc);

	test_case("registers of a PD stopped while it ran, after many interruptions");
	restart();
	command(COMMAND_SPIN);
	for (unsigned i = 0; i < 20; i++) {
		pass_time();
		test_equal(raw_control(SLOT, CONTROL_STOP, 0, 0).x0, STATUS_OK, "stop");
		expect_pattern(shared->spin_pc);
		test_equal(
			raw_control(SLOT, CONTROL_RESUME, 0, 0).x0, STATUS_OK, "resume");
	}

	test_case("reading a part leaves the other words alone");
	raw_control(SLOT, CONTROL_STOP, 0, 0);
	for (unsigned count = 1; count <= REGISTER_WORDS; count++) {
		test_equal(read(count), STATUS_OK, "status");
		for (unsigned i = count; i < MESSAGE_WORDS; i++) {
			test_equal(raw_words()[i], NO_WORD + i, "word that was not read");
		}
	}

	test_case("reading of a running and of a waiting PD");
	raw_control(SLOT, CONTROL_RESUME, 0, 0);
	pass_time();
	expect_pattern(shared->spin_pc);
	restart();
	pass_time();
	test_equal(read(REGISTER_WORDS), STATUS_OK, "status");
	for (unsigned i = 0; i < REGISTER_WORDS; i++) {
		test_expect(raw_words()[i] >> 32 != KERNEL_VA >> 32,
			"an address of the kernel's is read");
	}
}

static void fill_registers(uint64_t seed, uint64_t flags)
{
	raw_words()[0] = shared->store_pc;
	raw_words()[1] = shared->stack;
	raw_words()[2] = flags;
	for (unsigned i = 3; i < REGISTER_WORDS; i++) {
		raw_words()[i] = seed * i + (seed << 40);
	}
}

static void expect_stored(uint64_t seed, uint64_t flags)
{
	for (unsigned n = 0; n < 31; n++) {
		test_equal(
			shared->stored[n], seed * (n + 3) + (seed << 40), "x register");
	}
	test_equal(shared->stored[STORE_SP / 8], shared->stack, "sp");
	test_equal(shared->stored[STORE_FLAGS / 8], flags, "flags");
	test_equal(
		shared->stored[STORE_TPIDR / 8], seed * 34 + (seed << 40), "tpidr_el0");
}

static void writing(void)
{
	static const uint64_t flags[] = { 0, 0xf0000000, 0x40000000, ~0ull,
		0xffffffff0fffffff, 0x3c9, 0x200000, 0x100000 };

	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		test_case(i < 3 ? "registers that are written are the child's"
				: "of spsr only the flags are taken");
		restart();
		raw_control(SLOT, CONTROL_STOP, 0, 0);
		fill_registers(0x1234567 + i, flags[i]);
		test_equal(
			raw_control(SLOT, CONTROL_WRITE_REGISTERS, REGISTER_WORDS, 0).x0,
			STATUS_OK, "status of writing");
		test_equal(read(3), STATUS_OK, "status of reading");
		test_equal(raw_words()[2], flags[i] & 0xf0000000, "spsr after writing");
		test_equal(
			raw_control(SLOT, CONTROL_RESUME, 0, 0).x0, STATUS_OK, "resume");
		await_fault();
		expect_stored(0x1234567 + i, flags[i] & 0xf0000000);
		test_equal(read(3), STATUS_OK, "status of reading");
		test_equal(raw_words()[2], flags[i] & 0xf0000000, "spsr at the fault");
	}

	test_case("writing a part changes nothing else");
	for (uint64_t count = 1; count <= REGISTER_WORDS; count++) {
		uint64_t before[REGISTER_WORDS];

		test_equal(read(REGISTER_WORDS), STATUS_OK, "status of reading");
		for (unsigned i = 0; i < REGISTER_WORDS; i++) {
			before[i] = raw_words()[i];
			raw_words()[i] = count << 32 | i;
		}
		test_equal(raw_control(SLOT, CONTROL_WRITE_REGISTERS, count, 0).x0,
			STATUS_OK, "status of writing");
		test_equal(read(REGISTER_WORDS), STATUS_OK, "status of reading");
		for (uint64_t i = 0; i < REGISTER_WORDS; i++) {
			uint64_t want = i < count ? count << 32 | i : before[i];

			if (i == 2 && i < count) {
				want = 0; /* no flag among the written bits */
			} else if (i == 35) {
				want = 0;
			}
			test_equal(raw_words()[i], want, "register after writing a part");
		}
	}

	test_case("a faulted PD goes on with the registers that were written");
	restart();
	command(COMMAND_FAULT);
	await_fault();
	fill_registers(99, 0x80000000);
	raw_control(SLOT, CONTROL_WRITE_REGISTERS, REGISTER_WORDS, 0);
	(void)raw_reply_receive(0, raw_info(0, 0), 0, 0);
	expect_stored(99, 0x80000000);
}

static void refusals(void)
{
	static const uint64_t counts[] = { 0, REGISTER_WORDS + 1, MESSAGE_WORDS, 255,
		1ull << 32 | 1, 1ull << 63, ~0ull };
	static const uint64_t ops[] = { CONTROL_OP_COUNT, CONTROL_OP_COUNT + 1, 255, 256,
		1ull << 32, 1ull << 63, ~0ull };
	static const uint64_t slots[] = { 0, SLOT_NOTIFY + SUBJECT, SLOT_CALL, SLOT_IRQ,
		SLOT_CHILD, SLOT_CHILD + 2, SLOT_CHILD + 63, SLOT_USER, SLOT_SMC,
		CAP_SLOTS - 1, CAP_SLOTS, CAP_SLOTS + SLOT, 1ull << 32 | SLOT, ~0ull };

	test_case("register counts out of range are refused");
	restart();
	raw_control(SLOT, CONTROL_STOP, 0, 0);
	forget_words();
	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		test_equal(raw_control(SLOT, CONTROL_READ_REGISTERS, counts[i], 0).x0,
			STATUS_REFUSED, "status of reading");
		test_equal(raw_control(SLOT, CONTROL_WRITE_REGISTERS, counts[i], 0).x0,
			STATUS_REFUSED, "status of writing");
	}
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		test_equal(raw_words()[i], NO_WORD + i, "message word after refusals");
	}

	test_case("unknown operations and slots of other kinds are refused");
	for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		test_equal(
			raw_control(SLOT, ops[i], 1, 0).x0, STATUS_REFUSED, "operation");
	}
	for (unsigned i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		for (uint64_t op = 0; op < CONTROL_OP_COUNT; op++) {
			test_equal(raw_control(slots[i], op, 1, 0).x0, STATUS_REFUSED,
				"slot");
		}
	}

	test_case("writing to a PD that is neither stopped nor faulted is refused");
	restart();
	forget_words();
	test_equal(raw_control(SLOT, CONTROL_WRITE_REGISTERS, 1, 0).x0, STATUS_BAD_STATE,
		"status, ready");
	pass_time();
	test_equal(raw_control(SLOT, CONTROL_WRITE_REGISTERS, 1, 0).x0, STATUS_BAD_STATE,
		"status, waiting");

	test_case("a child may control nobody");
	shared->not_refused = 1;
	command(COMMAND_CONTROL);
	while ((raw_receive(0, 0, 0, 0).x0 & 1ull << SUBJECT) == 0) {
	}
	test_equal(shared->not_refused, 0, "operations that were not refused");
}

static void sel4_names(void)
{
	seL4_UserContext context;
	const uint64_t words = sizeof(context) / sizeof(seL4_Word);

	test_case("registers through seL4's names");
	restart();
	command(COMMAND_SPIN);
	pass_time();
	test_equal(words, REGISTER_WORDS, "words of a seL4_UserContext");
	test_equal((uint64_t)seL4_TCB_ReadRegisters(SLOT, seL4_True, 0, words, &context),
		seL4_NoError, "result of reading");
	test_equal(context.pc, shared->spin_pc, "pc");
	test_equal(context.x0, pattern(0), "x0");
	test_equal(context.x30, pattern(30), "x30");
	context.pc = shared->store_pc;
	context.sp = shared->stack;
	context.x17 = 17;
	test_equal((uint64_t)seL4_TCB_WriteRegisters(SLOT, seL4_True, 0, words, &context),
		seL4_NoError, "result of writing");
	await_fault();
	test_equal(shared->stored[16], pattern(16), "x16");
	test_equal(shared->stored[17], 17, "x17");
	test_equal((uint64_t)seL4_TCB_Resume(SLOT), seL4_NoError, "result of resuming");
	await_fault();
	test_equal(
		(uint64_t)seL4_TCB_Suspend(SLOT), seL4_NoError, "result of suspending");
	test_expect(seL4_TCB_Suspend(SLOT_CHILD + 9) != seL4_NoError, "no such child");
}

void init(void)
{
	reading();
	writing();
	refusals();
	sel4_names();
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
