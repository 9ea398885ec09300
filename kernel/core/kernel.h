/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole mutable state of the portable kernel, and the constant tables that
 * the system builder wrote.
 *
 * Everything is an array indexed by a small id; there is no pointer, no list
 * and no allocation. A PD and its scheduling context have the same id; a
 * passive server runs on its caller's. vCPUs take ids from the same space.
 *
 * The invariant, for every PD p of a core (kernel/proof/invariant.h says it in C;
 * proofs/LEDGER.md says which entries are proved to keep it, the rest is tested):
 *
 *   R  bit p of ready[domain of p] is set if and only if state[p] is READY and
 *      context[p] is not exhausted.
 *   C  current is the first PD of ready[domain], or, within its priority, the
 *      first from the level's cursor on; PD_NONE if the set is empty.
 *   S  serving[s] == p if and only if server[p] == s and state[p] is SERVED or
 *      FAULT_SERVED.
 *   Q  bit call_bit[p] of callers[server[p]] is set if state[p] is CALLING; no
 *      other bit is set. Bit fault_bit of faults[parent] is set if and only if
 *      state[p] is FAULTED. WAITING_CALL and WAITING_FAULT of waiting[p] are
 *      set if and only if callers[p], faults[p] are not 0.
 *   W  waiting[p] of a RECEIVING PD is 0.
 *   H  if context[p] == c and p != c then p is passive and serves someone whose
 *      context is c; p is holder[c], or is served by someone whose context is c.
 *      holder[p] == p while p's context is another's.
 *   L  if lender[p] == l then l waits, and p, on its own context, serves l or someone
 *      whose lender is l.
 *   B  left + tail amount == budget for a sporadic context; 0 < left.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/image.h>
#include <kernel/limits.h>

#include <arch/base.h>
#include <arch/tables.h>

typedef uint8_t pd_t; /* PD or vCPU id, or PD_NONE */

enum pd_state {
	STATE_RECEIVING,         /* waits in a receive */
	STATE_STOPPED,           /* runs no more until restarted or resumed */
	STATE_STOPPED_RECEIVING, /* the same; stopped in a receive */
	STATE_READY,             /* runs when it is chosen */
	STATE_CALLING,           /* waits until `server` receives its call */
	STATE_SERVED,            /* waits for the reply of `server` */
	STATE_FAULTED,           /* waits until its parent receives the fault */
	STATE_FAULT_SERVED,      /* waits for the parent's reply */
	STATE_FAULT_LEFT /* the parent did not reply: it restarts, stops, resumes */
};

enum irq_state {
	IRQ_MASKED, /* until its PD acknowledges it for the first time */
	IRQ_ARMED,  /* may come */
	IRQ_ACTIVE, /* came; waits for acknowledgement */
	IRQ_HELD    /* masked while its PD is stopped */
};

#define SET_WORDS 4u /* of a set of PDs: bit 63 - p % 64 of word p / 64 is PD p */

/* What one core alone reads and writes. Times are ticks of the counter. */
struct core {
	pd_t current; /* PD_NONE: idle */
	pd_t context; /* the context that runs, PD_NONE: idle */
	uint8_t domain;
	uint8_t schedule_index;
	uint64_t since; /* up to when the running context has been charged, if it ends */
	uint64_t event; /* the earlier of the next two, or never */
	uint64_t release;    /* when the first exhausted context refills, or never */
	uint64_t domain_end; /* when the running domain's slot ends, or never */
	uint64_t ready[DOMAIN_MAX][SET_WORDS];
	uint64_t exhausted[SET_WORDS]; /* contexts out of budget */
};

#define PD_SLOTS 256u /* entry PD_NONE exists and says: nobody */

/*
 * Bits of kernel.waiting above the notifications; as in an event word, but they
 * say that callers or faults is not 0.
 */
#define WAITING_CALL EVENT_CALL
#define WAITING_FAULT EVENT_FAULT

/* kernel.flags: PD_* of pd_constant.flags, and: */
#define FLAG_SHORT 0x80u /* as a context: a slice, and nobody's lender pays */
#define FLAGS_ENDLESS (PD_ENDLESS | FLAG_SHORT) /* nothing is charged at all */
#define FLAGS_NONE (PD_ALONE | FLAGS_ENDLESS)   /* takes turns with nobody, never ends */

/* All kernel state but the registers, which belong to the architecture. */
struct kernel {
	struct core core[1]; /* multicore raises this; nothing else */

	/* Per PD. The bytes come first: short offsets make short code. */
	uint8_t state[PD_SLOTS];      /* enum pd_state; of PD_NONE: STOPPED */
	uint8_t flags[PD_SLOTS];      /* of PD_NONE: FLAGS_NONE */
	pd_t serving[PD_SLOTS];       /* whom it will reply to, PD_NONE: nobody */
	pd_t server[PD_SLOTS];        /* CALLING, SERVED, FAULT_SERVED: by whom */
	pd_t context[PD_SLOTS];       /* the context that it runs on */
	pd_t holder[PD_SLOTS];        /* per context: who runs on it, or last did */
	pd_t lender[PD_SLOTS];        /* whose budget ended inside it, or PD_NONE */
	pd_t cursor[PD_SLOTS];        /* by level_first: whose turn it is */
	uint8_t call_bit[PD_SLOTS];   /* CALLING: its bit at the server */
	uint8_t call_id[PD_SLOTS];    /* CALLING: the channel at the server */
	uint64_t waiting[PD_SLOTS];   /* notifications not yet received, WAITING_* */
	uint64_t callers[PD_SLOTS];   /* who waits to call, by pd_detail.callers */
	uint64_t faults[PD_SLOTS];    /* which children wait, by pd_detail.children */
	uint64_t call_info[PD_SLOTS]; /* CALLING: message info of its call */

	/* Per scheduling context: see budget.c. */
	int64_t left[PD_SLOTS];        /* of the slice, or of the first refill */
	uint64_t head_time[PD_SLOTS];  /* when the first refill may be used */
	uint64_t tail_time[PD_SLOTS];  /* when the second one may */
	int64_t tail_amount[PD_SLOTS]; /* 0: there is no second one */

	/* Per interrupt. */
	uint8_t irq_state[IRQ_MAX]; /* enum irq_state */
};

extern struct kernel k;

#define NEVER UINT64_MAX

/*
 * Marks what a short path does not contain: the compiler keeps it apart, and a
 * path that only ends in such calls needs no stack frame.
 */
#define SELDOM __attribute__((noinline, cold))
#define INLINE inline __attribute__((always_inline))
#define LIKELY(condition) __builtin_expect((condition) != 0, 1)
#define UNLIKELY(condition) __builtin_expect((condition) != 0, 0)

struct frame; /* a PD's registers: the architecture's */

/* The PD runs no more until it is restarted or resumed. */
static inline bool state_stopped(pd_t pd)
{
	return k.state[pd] == STATE_STOPPED || k.state[pd] == STATE_STOPPED_RECEIVING;
}

/*
 * The state as one base register: the short paths use it so, since the address
 * of each array apart costs two instructions.
 */
static inline struct kernel *kernel_self(void)
{
	return (struct kernel *)arch_base(&k);
}

/* The core that runs this code. */
static inline struct core *core_self(void)
{
	return &k.core[0];
}
