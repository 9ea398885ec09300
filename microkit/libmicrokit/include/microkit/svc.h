/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls as functions: one `svc` each, in line.
 *
 * kernel/abi.h says what each does, takes and gives. PDs call <microkit.h>
 * instead. Host tests put a fake of this file before it in the include path.
 *
 * The kernel keeps x19..x30 and sp; the compiler is told that all else changes.
 * Floating-point registers are the compiler's to keep as at a call; the kernel
 * switches the whole register file or nothing of it, so no upper half of v8..v15
 * is lost either.
 */
#pragma once

#include <stdint.h>

#include <kernel/abi.h>

#define MICROKIT_SVC_CHANGES                                                            \
	"x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", \
		"x18", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17",    \
		"v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27",   \
		"v28", "v29", "v30", "v31", "cc", "memory"

/* What a system call returns in x0 and x1. */
struct microkit_svc_result {
	uint64_t first;  /* status, or event word of a receive */
	uint64_t second; /* message info, or a value */
};

/* A system call with up to two arguments. `number` is a constant. */
#define MICROKIT_SVC2(number, x0_in, x1_in)                               \
	register uint64_t x0_ __asm__("x0") = (x0_in);                    \
	register uint64_t x1_ __asm__("x1") = (x1_in);                    \
	__asm__ volatile("svc %2"                                         \
			 : "+r"(x0_), "+r"(x1_)                           \
			 : "i"(number)                                    \
			 : "x2", "x3", "x4", "x5", MICROKIT_SVC_CHANGES); \
	struct microkit_svc_result result = { x0_, x1_ };                 \
	return result

/* A system call that takes only x1: x0 need not be set. */
#define MICROKIT_SVC_X1(number, x1_in)                                    \
	register uint64_t x0_ __asm__("x0");                              \
	register uint64_t x1_ __asm__("x1") = (x1_in);                    \
	__asm__ volatile("svc %2"                                         \
			 : "=r"(x0_), "+r"(x1_)                           \
			 : "i"(number)                                    \
			 : "x2", "x3", "x4", "x5", MICROKIT_SVC_CHANGES); \
	struct microkit_svc_result result = { x0_, x1_ };                 \
	return result

/* A system call that takes only x0. */
#define MICROKIT_SVC_X0(number, x0_in)                                    \
	register uint64_t x0_ __asm__("x0") = (x0_in);                    \
	register uint64_t x1_ __asm__("x1");                              \
	__asm__ volatile("svc %2"                                         \
			 : "+r"(x0_), "=r"(x1_)                           \
			 : "i"(number)                                    \
			 : "x2", "x3", "x4", "x5", MICROKIT_SVC_CHANGES); \
	struct microkit_svc_result result = { x0_, x1_ };                 \
	return result

/* A system call that takes nothing. */
#define MICROKIT_SVC0(number)                                             \
	register uint64_t x0_ __asm__("x0");                              \
	register uint64_t x1_ __asm__("x1");                              \
	__asm__ volatile("svc %2"                                         \
			 : "=r"(x0_), "=r"(x1_)                           \
			 : "i"(number)                                    \
			 : "x2", "x3", "x4", "x5", MICROKIT_SVC_CHANGES); \
	struct microkit_svc_result result = { x0_, x1_ };                 \
	return result

/* A system call with six arguments. */
#define MICROKIT_SVC6(number, x0_in, x1_in, x2_in, x3_in, x4_in, x5_in)            \
	register uint64_t x0_ __asm__("x0") = (x0_in);                             \
	register uint64_t x1_ __asm__("x1") = (x1_in);                             \
	register uint64_t x2_ __asm__("x2") = (x2_in);                             \
	register uint64_t x3_ __asm__("x3") = (x3_in);                             \
	register uint64_t x4_ __asm__("x4") = (x4_in);                             \
	register uint64_t x5_ __asm__("x5") = (x5_in);                             \
	__asm__ volatile(                                                          \
		"svc %6"                                                           \
		: "+r"(x0_), "+r"(x1_), "+r"(x2_), "+r"(x3_), "+r"(x4_), "+r"(x5_) \
		: "i"(number)                                                      \
		: MICROKIT_SVC_CHANGES);                                           \
	struct microkit_svc_result result = { x0_, x1_ };                          \
	return result

static inline struct microkit_svc_result microkit_svc_call(uint64_t slot, uint64_t info)
{
	MICROKIT_SVC2(SYS_CALL, slot, info);
}

static inline struct microkit_svc_result microkit_svc_reply_receive(uint64_t info)
{
	MICROKIT_SVC_X1(SYS_REPLY_RECEIVE, info);
}

static inline struct microkit_svc_result microkit_svc_receive(void)
{
	MICROKIT_SVC0(SYS_RECEIVE);
}

static inline struct microkit_svc_result microkit_svc_notify(uint64_t slot)
{
	MICROKIT_SVC_X0(SYS_NOTIFY, slot);
}

static inline struct microkit_svc_result microkit_svc_signal_receive(uint64_t slot)
{
	MICROKIT_SVC_X0(SYS_SIGNAL_RECEIVE, slot);
}

static inline struct microkit_svc_result microkit_svc_ack_signal_receive(
	uint64_t slot, uint64_t irq_slot)
{
	MICROKIT_SVC2(SYS_ACK_SIGNAL_RECEIVE, slot, irq_slot);
}

static inline struct microkit_svc_result microkit_svc_irq_ack(uint64_t slot)
{
	MICROKIT_SVC_X0(SYS_IRQ_ACK, slot);
}

static inline struct microkit_svc_result microkit_svc_control(
	uint64_t slot, enum control_op op, uint64_t argument)
{
	MICROKIT_SVC6(SYS_CONTROL, slot, op, argument, 0, 0, 0);
}

static inline struct microkit_svc_result microkit_svc_smc(void)
{
	MICROKIT_SVC0(SYS_SMC);
}

static inline struct microkit_svc_result microkit_svc_statistics(
	uint64_t slot, uint64_t pd)
{
	MICROKIT_SVC2(SYS_STATISTICS, slot, pd);
}

static inline struct microkit_svc_result microkit_svc_debug_putc(uint64_t character)
{
	MICROKIT_SVC_X0(SYS_DEBUG_PUTC, character);
}

static inline struct microkit_svc_result microkit_svc_vcpu(
	uint64_t slot, enum vcpu_op op, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	MICROKIT_SVC6(SYS_VCPU, slot, op, a, b, c, d);
}

#undef MICROKIT_SVC2
#undef MICROKIT_SVC_X1
#undef MICROKIT_SVC_X0
#undef MICROKIT_SVC0
#undef MICROKIT_SVC6
