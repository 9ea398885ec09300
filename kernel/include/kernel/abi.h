/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls: numbers, arguments, results.
 *
 * The number is the immediate of the `svc` instruction. Arguments and results
 * are in x0..x5. A system call preserves what the AArch64 procedure call
 * standard says a call preserves (x19..x29, sp, d8..d15) and x30; every other
 * general register is 0 or a result when it returns, and the flags are 0.
 * PDs do not write these by hand: libmicrokit does.
 *
 * A "slot" is an index into the caller's own capability table (image.h). A call
 * that names a slot without the right capability has no effect and returns
 * STATUS_REFUSED.
 */
#pragma once

enum syscall {
	/*
	 * Call the server behind a call capability and wait for its reply.
	 * in:  x0 = slot, x1 = message info (label, count <= 64)
	 * out: x0 = status, x1 = message info of the reply; words in the IPC buffer.
	 * The server's stop, restart or unhandled fault gives label
	 * PPC_ABORTED_LABEL and count 0 with STATUS_OK.
	 */
	SYS_CALL = 0,
	/*
	 * Reply to whom this PD serves (a caller, or a faulted child), if anyone,
	 * then receive. in: x1 = message info of the reply.
	 * out: x0 = event word (below), x1 = message info.
	 * For a faulted child a reply with label 0 resumes it; any other label
	 * leaves it stopped.
	 */
	SYS_REPLY_RECEIVE = 1,
	/*
	 * Receive without replying. A caller that this PD still serves returns
	 * with PPC_ABORTED_LABEL; a faulted child that it serves stays stopped.
	 * out: as SYS_REPLY_RECEIVE.
	 */
	SYS_RECEIVE = 2,
	/* Notify the channel of a notify capability. in: x0 = slot. out: x0 = status. */
	SYS_NOTIFY = 3,
	/*
	 * Notify (notify capability) or acknowledge (interrupt capability), then
	 * receive as SYS_RECEIVE. in: x0 = slot. out: as SYS_RECEIVE. A bad slot
	 * is ignored: the PD receives all the same.
	 */
	SYS_SIGNAL_RECEIVE = 4,
	/* Acknowledge an interrupt: let it come again. in: x0 = slot. out: x0 = status. */
	SYS_IRQ_ACK = 5,
	/*
	 * Control a PD behind a control capability. in: x0 = slot, x1 = enum
	 * control_op, x2.. = arguments of the operation. out: x0 = status, x1 = what the
	 * PD has not received yet, as of now: bit n: notification or interrupt n,
	 * EVENT_CALL: somebody's call, EVENT_FAULT: a child's fault; 0 if refused.
	 */
	SYS_CONTROL = 6,
	/*
	 * Make an SMC call with the eight words at the start of the IPC buffer's
	 * message area as x0..x7; the results replace them. Only a PD whose
	 * smc capability lists function x0. out: x0 = status.
	 */
	SYS_SMC = 7,
	/*
	 * Read the statistics of PD x1 into the caller's message words, as
	 * struct pd_statistics (statistics.h). in: x0 = slot, x1 = PD id.
	 * out: x0 = status, x1 = number of PDs in the system. With a control
	 * capability: those of the PD behind it, whatever x1 is.
	 */
	SYS_STATISTICS = 8,
	/* Debug configuration only: print the character x0. out: x0 = status. */
	SYS_DEBUG_PUTC = 9,
	/*
	 * Operate a vCPU behind a vCPU capability: place reserved, refused by
	 * kernels without virtual machines. in: x0 = slot, x1 = enum vcpu_op,
	 * x2..x5 = its arguments. out: x0 = status, x1 = value.
	 */
	SYS_VCPU = 10,
	/*
	 * What a driver does at the end of an interrupt: acknowledge it, then as
	 * SYS_SIGNAL_RECEIVE. in: x0 = slot, x1 = slot of the interrupt. A bad one
	 * of either is ignored.
	 */
	SYS_ACK_SIGNAL_RECEIVE = 11,
	SYS_COUNT
};

enum control_op {
	/*
	 * Stop, then start at the start stub with x0 = entry: fresh memory, zeroed
	 * registers and FPU, no pending notification, interrupts masked until the
	 * new incarnation acknowledges them. x2 = entry, 0 for the ELF's own.
	 */
	CONTROL_RESTART = 0,
	CONTROL_STOP = 1,   /* withdraw the PD from everything; it runs no more */
	CONTROL_RESUME = 2, /* run a stopped or faulted PD on from where it was */
	/*
	 * Copy the PD's registers to or from the caller's message words, in the
	 * order pc, sp, spsr, x0..x30, tpidr_el0, tpidrro_el0 (36 words).
	 * x2 = number of words, 1..36. Of spsr only the condition flags are taken;
	 * tpidrro_el0 reads as 0 and is not written.
	 * Writing refuses a PD that is neither stopped nor faulted.
	 */
	CONTROL_READ_REGISTERS = 3,
	CONTROL_WRITE_REGISTERS = 4, /* likewise */
	CONTROL_OP_COUNT
};

enum vcpu_op {
	VCPU_RESTART = 0, /* x2 = entry point */
	VCPU_STOP = 1,
	VCPU_INJECT_IRQ = 2,     /* x2 = irq, x3 = priority, x4 = group, x5 = index */
	VCPU_ACK_VPPI = 3,       /* x2 = irq */
	VCPU_READ_REGISTER = 4,  /* x2 = seL4_VCPUReg_*; out: x1 = value */
	VCPU_WRITE_REGISTER = 5, /* x2 = seL4_VCPUReg_*, x3 = value */
	VCPU_OP_COUNT
};

enum status {
	STATUS_OK = 0,
	STATUS_REFUSED = 1,  /* no such capability, right, argument or call */
	STATUS_BAD_STATE = 2 /* the object is in a state that forbids it */
};

#define REGISTER_WORDS 36u

/*
 * Message info: seL4's layout. Bits 63..12 label, 6..0 count of words; bits
 * 11..7 must be 0. A malformed one (those bits, or a count above 64) is refused
 * by SYS_CALL; as a reply it is no reply: the caller sees PPC_ABORTED_LABEL.
 */
#define MSGINFO_LABEL_SHIFT 12u
#define MSGINFO_COUNT_MASK 0x7ful
#define MSGINFO_LOW_MASK 0xffful /* at most MESSAGE_WORDS if well formed */
/* What a caller sees whose server was stopped, restarted or has faulted. */
#define PPC_ABORTED_LABEL 0xfffffffffffffull

/*
 * Event word of a receive. With neither bit: a set of notifications, bit n for
 * channel or interrupt id n (0..61). EVENT_CALL: a protected procedure call on
 * the channel in the low bits. EVENT_FAULT: a fault of the child whose id is
 * in the low bits; the message info's label is an enum fault.
 */
#define EVENT_CALL (1ull << 63)
#define EVENT_FAULT (1ull << 62)
#define EVENT_ID_MASK 0x3full

/* Fault labels and the order of their message words: seL4's (MCS, AArch64). */
enum fault {
	FAULT_NONE = 0,
	FAULT_CAP = 1,             /* not raised: a bad slot is refused */
	FAULT_UNKNOWN_SYSCALL = 2, /* x0..x7, pc of the svc, sp, x30, spsr, number */
	FAULT_USER_EXCEPTION = 3,  /* pc, sp, spsr, number (ESR.EC), code (ESR) */
	FAULT_VM = 6,              /* pc, address, 1 if instruction fetch, ESR */
	FAULT_VGIC_MAINTENANCE = 7,
	FAULT_VCPU = 8,
	FAULT_VPPI = 9
};

/*
 * A PD's IPC buffer, one page, mapped at IPC_BUFFER_VADDR in every PD: seL4's
 * layout. Message word i is at byte 8 + 8 * i.
 */
#define IPC_MESSAGE_OFFSET 8u
