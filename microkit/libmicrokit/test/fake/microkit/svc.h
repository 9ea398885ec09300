/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake of the system calls: ordinary functions, in test/kernel.c. */
#pragma once

#include <stdint.h>

#include <kernel/abi.h>

struct microkit_svc_result {
	uint64_t first;
	uint64_t second;
};

struct microkit_svc_result microkit_svc_call(uint64_t slot, uint64_t info);
struct microkit_svc_result microkit_svc_reply_receive(uint64_t info);
struct microkit_svc_result microkit_svc_receive(void);
struct microkit_svc_result microkit_svc_notify(uint64_t slot);
struct microkit_svc_result microkit_svc_signal_receive(uint64_t slot);
struct microkit_svc_result microkit_svc_ack_signal_receive(
	uint64_t slot, uint64_t irq_slot);
struct microkit_svc_result microkit_svc_irq_ack(uint64_t slot);
struct microkit_svc_result microkit_svc_control(
	uint64_t slot, enum control_op op, uint64_t argument);
struct microkit_svc_result microkit_svc_smc(void);
struct microkit_svc_result microkit_svc_statistics(uint64_t slot, uint64_t pd);
struct microkit_svc_result microkit_svc_debug_putc(uint64_t character);
struct microkit_svc_result microkit_svc_vcpu(
	uint64_t slot, enum vcpu_op op, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
