/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each function of <microkit.h> that asks the kernel: it asks once, for just this
 * slot with these arguments, and what the kernel says is what it returns; a refusal
 * of what a PD cannot do without is a crash.
 */
#include "any.h"

static unsigned int count; /* of system calls */
static struct asked got;
static struct microkit_svc_result answer;
static uint64_t some;       /* of the words of a message */
static uint64_t sent, came; /* that word, when the kernel is asked, and after */
static unsigned int complained;

struct microkit_svc_result kernel(struct asked call)
{
	count++;
	got = call;
	sent = MICROKIT_MESSAGE_WORDS[some];
	came = nondet_u64();
	MICROKIT_MESSAGE_WORDS[some] = came;
	return answer;
}

/* Asked once for this. */
static bool once(enum syscall number, uint64_t x0, uint64_t x1, uint64_t x2)
{
	return count == 1 && got.number == number && got.x[0] == x0 && got.x[1] == x1 &&
	       got.x[2] == x2 && got.x[3] == 0 && got.x[4] == 0 && got.x[5] == 0;
}

/* A deliberate crash ends the path: only after a refusal, and by nothing else. */
static bool may_crash;

_Noreturn void microkit_internal_crash(seL4_Error err)
{
	assert(may_crash && count == 1 && answer.first != STATUS_OK);
	assert(err == microkit_error(answer.first));
	END();
	__CPROVER_assume(false);
}

void microkit_dbg_puts(const char *s)
{
	assert(answer.first != STATUS_OK);
}

void microkit_dbg_put32(seL4_Uint32 x)
{
}

/* The debug configuration says that a channel was refused, once, and which. */
static microkit_channel ch;

void microkit_invalid_channel(const char *function, uint64_t id)
{
	assert(id == ch);
	complained++;
}

static bool complains(bool refused)
{
	return complained == (DEBUG && refused ? 1u : 0u);
}

static void channels(void)
{
	microkit_msginfo info = { { nondet_u64() } };
	bool refused = answer.first != STATUS_OK;

	switch (nondet_u8()) {
	case 0:
		microkit_notify(ch);
		assert(once(SYS_NOTIFY, SLOT_NOTIFY + ch, 0, 0));
		break;
	case 1:
		microkit_irq_ack(ch);
		assert(once(SYS_IRQ_ACK, SLOT_IRQ + ch, 0, 0));
		break;
	default: {
		microkit_msginfo reply = microkit_ppcall(ch, info);

		assert(once(SYS_CALL, SLOT_CALL + ch, info.words[0], 0));
		assert(reply.words[0] == answer.second);
	}
	}
	assert(complains(refused));
}

/* Nothing is asked; the next receive of the loop does it (loop.c). */
static void deferred(void)
{
	bool irq = nondet_bool();
	seL4_Bool had_signal = microkit_have_signal, had_ack = microkit_have_ack;
	seL4_CPtr signal_before = microkit_signal_cap, ack_before = microkit_ack_cap;
	uint64_t granted = irq ? microkit_irqs : microkit_notifications;
	bool is = ch < CHANNEL_MAX && (!DEBUG || (granted >> ch & 1u) != 0);

	if (irq)
		microkit_deferred_irq_ack(ch);
	else
		microkit_deferred_notify(ch);
	assert(count == 0 && complains(!is));
	if (is && irq)
		assert(microkit_have_ack && microkit_ack_cap == SLOT_IRQ + ch);
	else
		assert(microkit_have_ack == had_ack && microkit_ack_cap == ack_before);
	if (is && !irq)
		assert(microkit_have_signal && microkit_signal_cap == SLOT_NOTIFY + ch);
	else
		assert(microkit_have_signal == had_signal &&
			microkit_signal_cap == signal_before);
}

static void children(void)
{
	microkit_child child = nondet_unsigned();
	uint64_t slot = SLOT_CHILD + (uint64_t)child;
	uint64_t argument = nondet_u64();

	if (nondet_bool()) {
		assert(microkit_child_waiting(child) == answer.second);
		assert(once(SYS_CONTROL, slot, CONTROL_READ_REGISTERS, 1));
		return;
	}
	may_crash = true;
	switch (nondet_u8()) {
	case 0:
		microkit_pd_restart(child, argument);
		assert(once(SYS_CONTROL, slot, CONTROL_RESTART, argument));
		break;
	case 1:
		microkit_pd_stop(child);
		assert(once(SYS_CONTROL, slot, CONTROL_STOP, 0));
		break;
	default:
		microkit_pd_resume(child);
		assert(once(SYS_CONTROL, slot, CONTROL_RESUME, 0));
	}
	assert(answer.first == STATUS_OK);
}

static void vcpus(void)
{
	microkit_child child = nondet_unsigned();
	uint64_t slot = SLOT_CHILD + (uint64_t)child;
	uint64_t a = nondet_u64();
	uint64_t b = nondet_u64();
	uint16_t irq = nondet_u16();
	uint8_t priority = nondet_u8(), group = nondet_u8(), index = nondet_u8();

	may_crash = true;
	switch (nondet_u8()) {
	case 0:
		microkit_vcpu_restart(child, a);
		assert(once(SYS_VCPU, slot, VCPU_RESTART, a));
		break;
	case 1:
		microkit_vcpu_stop(child);
		assert(once(SYS_VCPU, slot, VCPU_STOP, 0));
		break;
	case 2:
		microkit_vcpu_arm_inject_irq(child, irq, priority, group, index);
		assert(count == 1 && got.number == SYS_VCPU && got.x[0] == slot);
		assert(got.x[1] == VCPU_INJECT_IRQ && got.x[2] == irq);
		assert(got.x[3] == priority && got.x[4] == group && got.x[5] == index);
		break;
	case 3:
		microkit_vcpu_arm_ack_vppi(child, a);
		assert(once(SYS_VCPU, slot, VCPU_ACK_VPPI, a));
		break;
	case 4:
		assert(microkit_vcpu_arm_read_reg(child, a) == answer.second);
		assert(once(SYS_VCPU, slot, VCPU_READ_REGISTER, a));
		break;
	default:
		microkit_vcpu_arm_write_reg(child, a, b);
		assert(count == 1 && got.number == SYS_VCPU && got.x[0] == slot);
		assert(got.x[1] == VCPU_WRITE_REGISTER && got.x[2] == a);
		assert(got.x[3] == b && got.x[4] == 0 && got.x[5] == 0);
	}
	assert(answer.first == STATUS_OK);
}

/* Words that go through the IPC buffer: any one of them. */
static void firmware(void)
{
	seL4_ARM_SMCContext in, out;
	const uint64_t *words_in = (const uint64_t *)&in;
	const uint64_t *words_out = (const uint64_t *)&out;

	may_crash = true;
	__CPROVER_assume(some < sizeof in / sizeof *words_in);
	microkit_arm_smc_call(&in, &out);
	assert(once(SYS_SMC, 0, 0, 0) && answer.first == STATUS_OK);
	assert(sent == words_in[some] && words_out[some] == came);
}

static void statistics(void)
{
	struct pd_statistics about, before = about;
	const uint64_t *words = (const uint64_t *)&about;
	const uint64_t *old = (const uint64_t *)&before;
	unsigned int pd = nondet_unsigned();
	bool child = nondet_bool();
	unsigned int number;

	__CPROVER_assume(some < STATISTICS_WORDS);
	number = child ? microkit_child_statistics_read(pd, &about)
		       : microkit_statistics_read(pd, &about);
	assert(child ? once(SYS_STATISTICS, SLOT_CHILD + (uint64_t)pd, 0, 0)
		     : once(SYS_STATISTICS, SLOT_STATISTICS, pd, 0));
	if (answer.first == STATUS_OK)
		assert(number == (unsigned int)answer.second && words[some] == came);
	else
		assert(number == 0 && words[some] == old[some]);
}

/* What asks nothing. */
static void messages(void)
{
	uint64_t label = nondet_u64();
	uint16_t words = nondet_u16();
	uint64_t value = nondet_u64();
	uint64_t slot = nondet_u64();
	microkit_msginfo info = microkit_msginfo_new(label, words);

	__CPROVER_assume(label >> 52 == 0 && words <= MESSAGE_WORDS);
	assert(microkit_msginfo_get_label(info) == label);
	assert(microkit_msginfo_get_count(info) == words);
	assert((info.words[0] & MSGINFO_LOW_MASK) == words);
	microkit_mr_set((seL4_Uint8)some, value);
	assert(kernel_message_words[some] == value);
	assert(microkit_mr_get((seL4_Uint8)some) == value);
	assert(microkit_cspace_root_slot_to_cptr(slot) ==
		(slot < 128u ? SLOT_USER + slot : 0));
	assert(count == 0 && complained == 0);
}

int main(void)
{
	answer = (struct microkit_svc_result){ nondet_u64(), nondet_u64() };
	some = nondet_u64();
	ch = nondet_unsigned();
	count = complained = 0;
	may_crash = false;
	__CPROVER_assume(some < MESSAGE_WORDS);
	PART();
	END();
	return 0;
}
