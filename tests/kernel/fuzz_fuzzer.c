/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fuzzer: makes random system calls with random arguments, and judges each by
 * what the manual (kernel/abi.h) says of it.
 */
#include <microkit.h>

#include "fuzz.h"
#include "raw.h"

#define WORDS_OF_BUFFER (PAGE_BYTES / 8)
#define BUFFER_MARK 0x1badb002cafef00dull

static const struct fuzz_order *const order = (const struct fuzz_order *)ORDER_VADDR;
static struct fuzz_announce *const announce = (struct fuzz_announce *)ANNOUNCE_VADDR;

static uint64_t state;

static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dull;
}

static uint64_t below(uint64_t limit)
{
	return (draw() >> 32) % limit;
}

/* A word of any kind: small, an address, one bit, all bits, anything. */
static uint64_t draw_word(void)
{
	switch (below(8)) {
	case 0:
		return below(70);
	case 1:
		return 1ull << below(64);
	case 2:
		return ~0ull - below(4);
	case 3:
		return KERNEL_VA + (below(0x100000) << 12);
	case 4:
		return IPC_BUFFER_VADDR + below(0x2000) - 0x1000;
	case 5:
		return 0x200000 + below(0x4000) * 4; /* text */
	default:
		return draw();
	}
}

static uint64_t draw_slot(void)
{
	static const uint64_t own[] = { SLOT_NOTIFY + FUZZ_SERVER,
		SLOT_CALL + FUZZ_SERVER, SLOT_CALL + FUZZ_PASSIVE,
		SLOT_NOTIFY + FUZZ_WAKER, SLOT_CHILD + FUZZ_VICTIM,
		SLOT_NOTIFY + FUZZ_PASSIVE, SLOT_CALL + FUZZ_WAKER, SLOT_SMC,
		SLOT_STATISTICS };

	switch (below(5)) {
	case 0:
	case 1:
		return own[below(sizeof(own) / sizeof(own[0]))];
	case 2:
	case 3:
		return below(CAP_SLOTS + 64);
	default:
		return draw_word();
	}
}

static uint64_t draw_number(void)
{
	switch (below(16)) {
	case 0:
		return below(128);
	case 1:
		return draw() >> 48;
	case 2:
		return SYS_ACK_SIGNAL_RECEIVE;
	default:
		return below(SYS_DEBUG_PUTC);
	}
}

/* Message words for the next call; now and then they are registers that make sense. */
static void draw_words(void)
{
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		raw_words()[i] = draw_word();
	}
	if (below(2) == 0) {
		raw_words()[0] = 0x200000 + below(0x1000) * 4;
		raw_words()[1] = STACK_TOP_VADDR - below(0x100) * 16;
		raw_words()[2] = draw();
	}
}

static void draw_call(struct fuzz_registers *registers, uint64_t number)
{
	for (unsigned i = 0; i < 31; i++) {
		registers->x[i] = draw();
	}
	registers->flags = draw() & 0xf0000000;
	registers->x[0] = draw_slot();
	if (number == SYS_CONTROL) {
		registers->x[1] = below(8) == 0 ? draw_word()
						: below(CONTROL_OP_COUNT + 1);
		registers->x[2] = below(4) == 0 ? draw_word() : below(REGISTER_WORDS + 3);
	} else {
		registers->x[1] = below(4) == 0 ? draw_word() : draw() << 12 | below(66);
	}
	if (number == SYS_DEBUG_PUTC) {
		registers->x[0] = (registers->x[0] & ~0xffull) | '.';
	}
}

static void mistake(const char *what, const struct fuzz_registers *after)
{
	if (announce->mistakes++ != 0) {
		return;
	}
	for (unsigned i = 0; i < sizeof(announce->what) - 1 && what[i] != '\0'; i++) {
		announce->what[i] = what[i];
	}
	announce->wrong_before = announce->before;
	announce->wrong_after = *after;
	announce->wrong_number = announce->number;
}

static bool receives(uint64_t number)
{
	return number == SYS_RECEIVE || number == SYS_REPLY_RECEIVE ||
	       number == SYS_SIGNAL_RECEIVE || number == SYS_ACK_SIGNAL_RECEIVE;
}

static void judge_event(const struct fuzz_registers *after)
{
	uint64_t channels = 1ull << FUZZ_WAKER | 1ull << FUZZ_SERVER |
			    1ull << FUZZ_TESTER;
	uint64_t event = after->x[0];
	uint64_t label = after->x[1] >> MSGINFO_LABEL_SHIFT;

	if (event == (EVENT_FAULT | FUZZ_VICTIM)) {
		if (label != FAULT_VM && label != FAULT_USER_EXCEPTION &&
			label != FAULT_UNKNOWN_SYSCALL) {
			mistake("a child's fault has an unknown label", after);
		}
	} else if (event == 0 || (event & ~channels) != 0 || after->x[1] != 0) {
		mistake("an event that nobody has caused", after);
	}
	announce->legal++;
}

static void judge_call(uint64_t slot, uint64_t info, const struct fuzz_registers *after)
{
	uint64_t want = info + (1ull << MSGINFO_LABEL_SHIFT);

	if ((slot != SLOT_CALL + FUZZ_SERVER && slot != SLOT_CALL + FUZZ_PASSIVE) ||
		(info & MSGINFO_LOW_MASK) > MESSAGE_WORDS) {
		if (after->x[0] != STATUS_REFUSED || after->x[1] != 0) {
			mistake("a call is not refused", after);
		}
		return;
	}
	announce->legal++;
	if (after->x[0] != STATUS_OK || after->x[1] != want) {
		mistake("a call to a server goes wrong", after);
	}
}

static void judge_control(uint64_t slot, uint64_t op, const struct fuzz_registers *after)
{
	bool legal = slot == SLOT_CHILD + FUZZ_VICTIM && op < CONTROL_OP_COUNT;

	announce->legal += legal;
	if (after->x[1] != 0 || after->x[0] > STATUS_BAD_STATE ||
		(!legal && after->x[0] != STATUS_REFUSED)) {
		mistake("control is not refused", after);
	}
}

static void judge_result(uint64_t number, const struct fuzz_registers *after)
{
	const struct fuzz_registers *before = &announce->before;
	uint64_t slot = before->x[0];
	bool notifies = slot == SLOT_NOTIFY + FUZZ_SERVER ||
			slot == SLOT_NOTIFY + FUZZ_WAKER ||
			slot == SLOT_NOTIFY + FUZZ_TESTER;

	if (receives(number)) {
		judge_event(after);
	} else if (number == SYS_CALL) {
		judge_call(slot, before->x[1], after);
	} else if (number == SYS_CONTROL) {
		judge_control(slot, before->x[1], after);
	} else if (number == SYS_NOTIFY) {
		announce->legal += notifies;
		if (after->x[0] != (notifies ? STATUS_OK : STATUS_REFUSED) ||
			after->x[1] != 0) {
			mistake("a notification has the wrong status", after);
		}
	} else if (number == SYS_STATISTICS && slot == SLOT_CHILD + FUZZ_VICTIM) {
		announce->legal++;
		if (after->x[0] != STATUS_OK || after->x[1] == 0) {
			mistake("a parent cannot read its child's statistics", after);
		}
	} else if (after->x[1] != 0 ||
		   (number != SYS_DEBUG_PUTC && after->x[0] != STATUS_REFUSED)) {
		mistake("a call without a capability is not refused", after);
	}
}

static void judge_registers(uint64_t number, const struct fuzz_registers *after)
{
	const struct fuzz_registers *before = &announce->before;

	if (number >= SYS_COUNT) {
		for (unsigned i = 0; i < 31; i++) {
			if (after->x[i] != before->x[i]) {
				mistake("a fault changes a register", after);
			}
		}
		if (after->flags != before->flags) {
			mistake("a fault changes the flags", after);
		}
		return;
	}
	for (unsigned i = 2; i < 19; i++) {
		if (after->x[i] != 0) {
			mistake("a register is left over", after);
		}
	}
	for (unsigned i = 19; i < 31; i++) {
		if (after->x[i] != before->x[i]) {
			mistake("a register is not kept", after);
		}
	}
	if (after->flags != 0) {
		mistake("flags are left over", after);
	}
}

static void one_call(void)
{
	uint64_t number = draw_number();
	struct fuzz_registers registers;

	if (number == SYS_DEBUG_PUTC && below(4096) != 0) {
		number = SYS_VCPU; /* little is printed */
	}
	if (below(8) == 0) {
		draw_words();
	}
	draw_call(&registers, number);
	if (number == SYS_NOTIFY && registers.x[0] == SLOT_NOTIFY + FUZZ_TESTER) {
		return; /* that says that all is done */
	}
	if ((number == SYS_SIGNAL_RECEIVE || number == SYS_ACK_SIGNAL_RECEIVE) &&
		registers.x[0] == SLOT_NOTIFY + FUZZ_TESTER) {
		return;
	}
	announce->before = registers;
	announce->number = number;
	fuzz_call(&registers, number);
	announce->before.x[30] = registers.x[30]; /* was the svc's address */
	announce->calls++;
	announce->faults += number >= SYS_COUNT;
	if (number < SYS_COUNT) {
		judge_result(number, &registers);
	}
	judge_registers(number, &registers);
}

static void buffer_mark(void)
{
	volatile uint64_t *buffer = (volatile uint64_t *)IPC_BUFFER_VADDR;

	for (unsigned i = 1 + MESSAGE_WORDS; i < WORDS_OF_BUFFER; i++) {
		buffer[i] = BUFFER_MARK + i;
	}
}

static void buffer_judge(void)
{
	volatile uint64_t *buffer = (volatile uint64_t *)IPC_BUFFER_VADDR;

	for (unsigned i = 1 + MESSAGE_WORDS; i < WORDS_OF_BUFFER; i++) {
		if (buffer[i] != BUFFER_MARK + i) {
			mistake("the kernel writes behind the message words",
				&announce->before);
		}
	}
}

void init(void)
{
	state = order->seed * 2 + 1;
	buffer_mark();
	while (announce->calls < order->calls) {
		one_call();
	}
	buffer_judge();
	microkit_notify(FUZZ_TESTER);
}

void notified(microkit_channel ch)
{
	(void)ch;
}

seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply)
{
	(void)child;
	(void)msginfo;
	(void)reply;
	return seL4_False;
}
