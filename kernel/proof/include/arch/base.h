/* SPDX-License-Identifier: BSD-2-Clause */
/* For the prover: the address as it is. */
#pragma once

#include <stdint.h>

#include <kernel/limits.h>

static inline void *arch_base(void *object)
{
	return object;
}

static inline const void *arch_base_const(const void *object)
{
	return object;
}

unsigned nondet_unsigned(void);

/* A loop over a table: see loop.h. */
unsigned loop_begin(unsigned n);
_Bool loop_turn(unsigned i, unsigned n);

/* A loop over the bits of the words of a set: see fill.c. */
unsigned word_begin(void);
_Bool word_turn(unsigned w);
uint64_t rest_begin(unsigned w, uint64_t word);
_Bool rest_turn(unsigned w, uint64_t rest);

/* Calls that a harness may cut. */
#ifndef CALL_schedule
#define CALL_schedule schedule
#endif
#ifndef CALL_budget_revoke
#define CALL_budget_revoke budget_revoke
#endif
#ifndef CALL_budget_charge
#define CALL_budget_charge budget_charge
#endif
#ifndef CALL_ipc_wait
#define CALL_ipc_wait ipc_wait
#endif
#ifndef CALL_reply_receive_full
#define CALL_reply_receive_full reply_receive_full
#endif
#ifndef CALL_receive_full
#define CALL_receive_full receive_full
#endif
#ifndef CALL_ipc_withdraw
#define CALL_ipc_withdraw ipc_withdraw
#endif
#ifndef CALL_control_stop_pd
#define CALL_control_stop_pd control_stop_pd
#endif
#ifndef CALL_ipc_abort_callers
#define CALL_ipc_abort_callers ipc_abort_callers
#endif
#ifndef CALL_refills_take
#define CALL_refills_take refills_take
#define CALL_refills_check refills_check
#endif

/* __builtin_clzll, of a word that is not 0, by what it means. */
static inline unsigned leading_zeros(unsigned long long word)
{
	unsigned zeros = nondet_unsigned();

	__CPROVER_assert(word != 0, "zeros are counted of a word that is not 0");
	__CPROVER_assume(zeros < 64u && word >> (63u - zeros) == 1u);
	return zeros;
}

static inline uint16_t irq_index(uint32_t irq)
{
	__CPROVER_assert(irq < IRQ_MAX, "an interrupt is below the limit");
	return (uint16_t)irq;
}

static inline uint8_t pd_index(uint64_t pd)
{
	__CPROVER_assert(pd < PD_MAX, "a PD is below the limit");
	return (uint8_t)pd;
}
