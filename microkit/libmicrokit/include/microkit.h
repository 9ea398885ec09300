/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The API of a protection domain (PD), source-compatible with Microkit 2.x.
 *
 * A PD is a program without main: the library starts it, calls init() once, and
 * from then on one entry point at a time, each to its end:
 *
 *   notified()   a channel's other side has signalled, or an interrupt has come
 *   protected()  a client makes a protected procedure call (PPC)
 *   fault()      a child PD has faulted
 *
 * A channel, interrupt or child is named by the id that the system file gives it
 * in this PD. What the system file does not give has no effect.
 *
 * The message words (microkit_mr_*) are shared by all calls: a PPC, a fault and
 * the calls below that say so overwrite them. Read what came before you call.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/limits.h>
#include <kernel/statistics.h>
#include <sel4/sel4.h>

#include <microkit/complain.h>

typedef unsigned int microkit_channel; /* 0..61: a channel or an interrupt */
typedef unsigned int microkit_child;   /* id of a child PD or vCPU */
typedef seL4_MessageInfo_t microkit_msginfo;

#define MICROKIT_MAX_CHANNELS CHANNEL_MAX
#define MICROKIT_MAX_CHANNEL_ID (MICROKIT_MAX_CHANNELS - 1u)
#define MICROKIT_PD_NAME_LENGTH NAME_BYTES

/* Capabilities of this PD, for calls that take a seL4_CPtr: base + id. */
#define BASE_OUTPUT_NOTIFICATION_CAP SLOT_NOTIFY
#define BASE_ENDPOINT_CAP SLOT_CALL
#define BASE_IRQ_CAP SLOT_IRQ
#define BASE_TCB_CAP SLOT_CHILD
#define BASE_VM_TCB_CAP SLOT_CHILD
#define BASE_VCPU_CAP SLOT_CHILD

/*
 * Label of the reply, with count 0, that a PPC gets when its server was stopped
 * or restarted, or has faulted and nobody resumes it: the call may or may not
 * have taken effect.
 */
#define MICROKIT_PPC_ABORTED PPC_ABORTED_LABEL

/* ---- What the PD provides ---- */

/* Called once, before anything else, with interrupts still masked. */
void init(void);

/*
 * Called once for each channel that was signalled and each interrupt that came,
 * lowest id first. Signals coalesce: several before the call are one. An
 * interrupt does not come again until microkit_irq_ack(ch).
 */
void notified(microkit_channel ch);

/*
 * Called for a PPC on channel ch; what it returns goes back to the caller with
 * that many message words. Without one, the first call is a deliberate crash.
 */
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo);

/*
 * Called when a child has faulted: the label says how (seL4_Fault_*), the message
 * words the details. seL4_True: reply with *reply_msginfo, where label 0 lets
 * the child run on. seL4_False: the child stays as it is, or as this function has
 * left it (restarted, say). Without one, the first fault is a deliberate crash.
 */
seL4_Bool fault(
	microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo);

/* ---- What the library knows; the system builder writes most of it ---- */

extern char microkit_name[MICROKIT_PD_NAME_LENGTH]; /* the PD's name */
extern seL4_Bool microkit_passive;                  /* true: runs on its callers' time */
extern seL4_Word microkit_irqs;                     /* bit n: interrupt id n exists */
extern seL4_Word microkit_notifications;            /* bit n: may notify channel n */
extern seL4_Word microkit_pps;                      /* bit n: may call channel n */

/* The one deferred signal, if microkit_have_signal. */
extern seL4_Bool microkit_have_signal;
extern seL4_CPtr microkit_signal_cap;
extern seL4_MessageInfo_t microkit_signal_msg; /* not used: signals carry nothing */

/* The one deferred acknowledgement, if microkit_have_ack. */
extern seL4_Bool microkit_have_ack;
extern seL4_CPtr microkit_ack_cap;

/* ---- Messages ---- */

/* A message with a label of up to 52 bits and `count` words, 0..64. */
static inline microkit_msginfo microkit_msginfo_new(seL4_Word label, seL4_Uint16 count)
{
	return seL4_MessageInfo_new(label, 0, 0, count);
}

static inline seL4_Word microkit_msginfo_get_label(microkit_msginfo msginfo)
{
	return seL4_MessageInfo_get_label(msginfo);
}

static inline seL4_Word microkit_msginfo_get_count(microkit_msginfo msginfo)
{
	return seL4_MessageInfo_get_length(msginfo);
}

/* Requires: mr < MESSAGE_WORDS; not checked. */
static inline void microkit_mr_set(seL4_Uint8 mr, seL4_Word value)
{
	MICROKIT_MESSAGE_WORDS[mr] = value;
}

/* Requires: mr < MESSAGE_WORDS; not checked. */
static inline seL4_Word microkit_mr_get(seL4_Uint8 mr)
{
	return MICROKIT_MESSAGE_WORDS[mr];
}

/* ---- Channels and interrupts ---- */

/* Signal the other side of channel ch. An invalid channel has no effect. */
static inline void microkit_notify(microkit_channel ch)
{
	microkit_complain(
		microkit_svc_notify(SLOT_NOTIFY + ch).first, "microkit_notify", ch);
}

/* Let interrupt ch come again. An invalid one has no effect. */
static inline void microkit_irq_ack(microkit_channel ch)
{
	microkit_complain(
		microkit_svc_irq_ack(SLOT_IRQ + ch).first, "microkit_irq_ack", ch);
}

/*
 * Call protected() of the PD behind channel ch with the message words that
 * msginfo counts, and wait for the reply, whose words replace them.
 * An invalid channel returns at once with label 0, count 0.
 */
static inline microkit_msginfo microkit_ppcall(
	microkit_channel ch, microkit_msginfo msginfo)
{
	struct microkit_svc_result result = microkit_svc_call(
		SLOT_CALL + ch, msginfo.words[0]);

	microkit_complain(result.first, "microkit_ppcall", ch);
	return (microkit_msginfo){ { result.second } };
}

/*
 * Signal channel ch when the entry point that runs now has returned, in the same
 * system call as the wait for the next event. There is room for one deferred
 * signal and one acknowledgement; a second one of its kind replaces it.
 */
static inline void microkit_deferred_notify(microkit_channel ch)
{
	if (microkit_deferrable(microkit_notifications, "microkit_deferred_notify", ch)) {
		microkit_signal_cap = SLOT_NOTIFY + ch;
		microkit_have_signal = seL4_True;
	}
}

/* Acknowledge interrupt ch likewise. */
static inline void microkit_deferred_irq_ack(microkit_channel ch)
{
	if (microkit_deferrable(microkit_irqs, "microkit_deferred_irq_ack", ch)) {
		microkit_ack_cap = SLOT_IRQ + ch;
		microkit_have_ack = seL4_True;
	}
}

/* ---- Children: a refusal of these is a deliberate crash of this PD ---- */

/*
 * Start a child anew at entry_point, 0 for its ELF's own, with fresh memory:
 * every variable has its initial value again. Shared regions keep theirs.
 */
void microkit_pd_restart(microkit_child pd, seL4_Word entry_point);

/* Stop a child: it runs no more until it is resumed or restarted. */
void microkit_pd_stop(microkit_child pd);

/* Let a child that is stopped or has faulted run on from where it was. */
void microkit_pd_resume(microkit_child pd);

/*
 * What a child has not received yet: bit n: the notification of channel n, or interrupt n;
 * EVENT_CALL, EVENT_FAULT (kernel/abi.h): a call, a fault of a child of its own. 0 if there is
 * no such child. Ours, not Microkit's. Overwrites message word 0.
 */
uint64_t microkit_child_waiting(microkit_child child);

/* ---- Virtual CPUs: likewise ---- */

void microkit_vcpu_restart(microkit_child vcpu, seL4_Word entry_point);
void microkit_vcpu_stop(microkit_child vcpu);
/* Inject a virtual interrupt through list register `index`. */
void microkit_vcpu_arm_inject_irq(microkit_child vcpu, seL4_Uint16 irq,
	seL4_Uint8 priority, seL4_Uint8 group, seL4_Uint8 index);
/* Acknowledge a virtual private interrupt after a VPPI fault. */
void microkit_vcpu_arm_ack_vppi(microkit_child vcpu, seL4_Word irq);
/* reg: seL4_VCPUReg_*. */
seL4_Word microkit_vcpu_arm_read_reg(microkit_child vcpu, seL4_Word reg);
void microkit_vcpu_arm_write_reg(microkit_child vcpu, seL4_Word reg, seL4_Word value);

/* ---- Firmware ---- */

/*
 * Make an SMC call with args, results in *response. Only with smc="true" in the
 * system file, or with that function listed; otherwise a deliberate crash.
 * Overwrites message words 0..7. The kernel's time bounds do not cover it.
 */
void microkit_arm_smc_call(seL4_ARM_SMCContext *args, seL4_ARM_SMCContext *response);

/* ---- Capabilities ---- */

/* The capability in slot 1..127 of this PD's <cspace>; 0 for a bad slot. */
static inline seL4_CPtr microkit_cspace_root_slot_to_cptr(seL4_Word slot)
{
	return slot < SLOT_SMC - SLOT_USER ? SLOT_USER + slot : 0;
}

/* ---- Statistics: ours, not Microkit's ---- */

/*
 * Read the counters of PD number `pd`, counted from 0 in the order of the
 * report. Only with <statistics/> in the system file. Overwrites message words
 * 0..8. Returns the number of PDs in the system; 0, and *statistics is left as it
 * was, if this PD may not or there is no such PD.
 */
unsigned int microkit_statistics_read(unsigned int pd, struct pd_statistics *statistics);

/* The same of a child; all words are 0 in a system that does not count. */
unsigned int microkit_child_statistics_read(
	microkit_child child, struct pd_statistics *statistics);

/* ---- Debug console: prints in the debug configuration only ---- */

void microkit_dbg_putc(int c);
void microkit_dbg_puts(const char *s); /* NUL-terminated */
void microkit_dbg_put8(seL4_Uint8 x);  /* in decimal */
void microkit_dbg_put32(seL4_Uint32 x);

/*
 * Crash this PD on purpose by writing to address `err`; its parent is told.
 */
_Noreturn void microkit_internal_crash(seL4_Error err);
