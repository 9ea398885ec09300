/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seL4 names that Microkit components use beside <microkit.h>, mapped to our
 * kernel, so that such a component builds unchanged.
 *
 * It is not seL4's API: there are no untyped objects, capability spaces or
 * endpoints behind it. Names that make sense for a static system are here; what
 * they do is what a Microkit component sees of them. A capability pointer is a
 * slot of the PD's constant table (kernel/image.h, SLOT_*).
 *
 * Order of fault message words, labels: kernel/abi.h, enum fault.
 */
#pragma once

#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/gen_config.h>
#include <kernel/image.h>
#include <microkit/message.h>
#include <microkit/svc.h>

/* ---- Types ---- */

typedef uint64_t seL4_Word;
typedef int8_t seL4_Int8;
typedef int16_t seL4_Int16;
typedef int32_t seL4_Int32;
typedef int64_t seL4_Int64;
typedef uint8_t seL4_Uint8;
typedef uint16_t seL4_Uint16;
typedef uint32_t seL4_Uint32;
typedef uint64_t seL4_Uint64;
typedef int8_t seL4_Bool;
typedef seL4_Word seL4_CPtr;
typedef seL4_CPtr seL4_TCB;
typedef seL4_CPtr seL4_ARM_VCPU;
typedef seL4_CPtr seL4_ARM_VSpace;

#define seL4_True 1
#define seL4_False 0
#define seL4_WordBits 64
#define seL4_PageBits 12

/* What a call on a capability returns. Only the first three come from our kernel. */
typedef enum {
	seL4_NoError = 0,
	seL4_InvalidArgument = 1,
	seL4_InvalidCapability = 2,
	seL4_IllegalOperation = 3,
	seL4_RangeError = 4
} seL4_Error;

/* The error that stands for a status of the kernel. */
static inline seL4_Error microkit_error(uint64_t status)
{
	return status == STATUS_OK          ? seL4_NoError
	       : status == STATUS_BAD_STATE ? seL4_IllegalOperation
					    : seL4_InvalidCapability;
}

/* ---- Messages ---- */

/* Label and count of a message: MSGINFO_* in kernel/abi.h. */
typedef struct seL4_MessageInfo {
	seL4_Uint64 words[1];
} seL4_MessageInfo_t;

enum { seL4_MsgMaxLength = MESSAGE_WORDS, seL4_MsgMaxExtraCaps = 3 };

/* The start of the IPC buffer's page; the message words are msg. */
typedef struct seL4_IPCBuffer {
	seL4_Word tag;
	seL4_Word msg[seL4_MsgMaxLength];
} seL4_IPCBuffer;

_Static_assert(__builtin_offsetof(seL4_IPCBuffer, msg) == IPC_MESSAGE_OFFSET, "abi.h");

static inline seL4_IPCBuffer *seL4_GetIPCBuffer(void)
{
	return (seL4_IPCBuffer *)(uintptr_t)IPC_BUFFER_VADDR;
}

/* A message info. No capability travels: the two middle arguments are ignored. */
static inline seL4_MessageInfo_t seL4_MessageInfo_new(seL4_Uint64 label,
	seL4_Uint64 capsUnwrapped, seL4_Uint64 extraCaps, seL4_Uint64 length)
{
	seL4_MessageInfo_t info = { { (label << MSGINFO_LABEL_SHIFT) |
				      (length & MSGINFO_COUNT_MASK) } };

	(void)capsUnwrapped;
	(void)extraCaps;
	return info;
}

static inline seL4_Uint64 seL4_MessageInfo_get_label(seL4_MessageInfo_t info)
{
	return info.words[0] >> MSGINFO_LABEL_SHIFT;
}

static inline seL4_Uint64 seL4_MessageInfo_get_length(seL4_MessageInfo_t info)
{
	return info.words[0] & MSGINFO_COUNT_MASK;
}

static inline seL4_Uint64 seL4_MessageInfo_get_extraCaps(seL4_MessageInfo_t info)
{
	(void)info;
	return 0;
}

static inline seL4_Uint64 seL4_MessageInfo_get_capsUnwrapped(seL4_MessageInfo_t info)
{
	(void)info;
	return 0;
}

/* Requires: i < MESSAGE_WORDS; not checked. */
static inline seL4_Word seL4_GetMR(int i)
{
	return MICROKIT_MESSAGE_WORDS[i];
}

/* Requires: i < MESSAGE_WORDS; not checked. */
static inline void seL4_SetMR(int i, seL4_Word mr)
{
	MICROKIT_MESSAGE_WORDS[i] = mr;
}

/* ---- Faults: labels and message words ---- */

enum seL4_Fault_tag {
	seL4_Fault_NullFault = FAULT_NONE,
	seL4_Fault_CapFault = FAULT_CAP,
	seL4_Fault_UnknownSyscall = FAULT_UNKNOWN_SYSCALL,
	seL4_Fault_UserException = FAULT_USER_EXCEPTION,
	seL4_Fault_VMFault = FAULT_VM,
	seL4_Fault_VGICMaintenance = FAULT_VGIC_MAINTENANCE,
	seL4_Fault_VCPUFault = FAULT_VCPU,
	seL4_Fault_VPPIEvent = FAULT_VPPI
};

enum {
	seL4_CapFault_IP,
	seL4_CapFault_Addr,
	seL4_CapFault_InRecvPhase,
	seL4_CapFault_LookupFailureType
};

enum {
	seL4_UnknownSyscall_X0,
	seL4_UnknownSyscall_X1,
	seL4_UnknownSyscall_X2,
	seL4_UnknownSyscall_X3,
	seL4_UnknownSyscall_X4,
	seL4_UnknownSyscall_X5,
	seL4_UnknownSyscall_X6,
	seL4_UnknownSyscall_X7,
	seL4_UnknownSyscall_FaultIP,
	seL4_UnknownSyscall_SP,
	seL4_UnknownSyscall_LR,
	seL4_UnknownSyscall_SPSR,
	seL4_UnknownSyscall_Syscall,
	seL4_UnknownSyscall_Length
};

enum {
	seL4_UserException_FaultIP,
	seL4_UserException_SP,
	seL4_UserException_SPSR,
	seL4_UserException_Number,
	seL4_UserException_Code,
	seL4_UserException_Length
};

enum {
	seL4_VMFault_IP,
	seL4_VMFault_Addr,
	seL4_VMFault_PrefetchFault,
	seL4_VMFault_FSR,
	seL4_VMFault_Length
};

enum { seL4_VGICMaintenance_IDX, seL4_VGICMaintenance_Length };
enum { seL4_VCPUFault_HSR, seL4_VCPUFault_Length };
enum { seL4_VPPIEvent_IRQ, seL4_VPPIEvent_Length };

#include <sel4/objects.h>
