/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls without libmicrokit between, for tests of the kernel itself.
 * Numbers, arguments and results are those of kernel/abi.h.
 */
#pragma once

#include <stdint.h>
#include <kernel/abi.h>
#include <kernel/image.h>

struct raw_result {
	uint64_t x0, x1;
};

#define RAW_CLOBBERS                                                                    \
	"x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", \
		"x18", "cc", "memory"

#define RAW_DEFINE(name, number)                                                     \
	static inline struct raw_result name(                                        \
		uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)                  \
	{                                                                            \
		register uint64_t x0 __asm__("x0") = a0;                             \
		register uint64_t x1 __asm__("x1") = a1;                             \
		register uint64_t x2 __asm__("x2") = a2;                             \
		register uint64_t x3 __asm__("x3") = a3;                             \
		register uint64_t x4 __asm__("x4") = 0;                              \
		register uint64_t x5 __asm__("x5") = 0;                              \
                                                                                     \
		__asm__ volatile(                                                    \
			"svc %6"                                                     \
			: "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5) \
			: "i"(number)                                                \
			: RAW_CLOBBERS);                                             \
		return (struct raw_result){ x0, x1 };                                \
	}

RAW_DEFINE(raw_call, SYS_CALL)
RAW_DEFINE(raw_reply_receive, SYS_REPLY_RECEIVE)
RAW_DEFINE(raw_receive, SYS_RECEIVE)
RAW_DEFINE(raw_notify, SYS_NOTIFY)
RAW_DEFINE(raw_signal_receive, SYS_SIGNAL_RECEIVE)
RAW_DEFINE(raw_ack_signal_receive, SYS_ACK_SIGNAL_RECEIVE)
RAW_DEFINE(raw_irq_ack, SYS_IRQ_ACK)
RAW_DEFINE(raw_control, SYS_CONTROL)

/* Message info of a label and a count. */
static inline uint64_t raw_info(uint64_t label, uint64_t count)
{
	return label << MSGINFO_LABEL_SHIFT | count;
}

/* The caller's message words. */
static inline volatile uint64_t *raw_words(void)
{
	return (volatile uint64_t *)(IPC_BUFFER_VADDR + IPC_MESSAGE_OFFSET);
}

/* Let a stopped or faulted child go on behind its present instruction. */
static inline uint64_t raw_skip_instruction(uint64_t child)
{
	struct raw_result read = raw_control(
		SLOT_CHILD + child, CONTROL_READ_REGISTERS, 1, 0);

	if (read.x0 != STATUS_OK) {
		return read.x0;
	}
	raw_words()[0] += 4;
	return raw_control(SLOT_CHILD + child, CONTROL_WRITE_REGISTERS, 1, 0).x0;
}
