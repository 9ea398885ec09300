/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image: everything that the system builder writes and the loader and the
 * kernel read. Little endian. No pointer is relocated: the image runs at the
 * physical address for which it was built.
 *
 * In memory, from image_base upwards:
 *
 *   page 0      loader: arm64 Image header, code, constants     (loader ELF)
 *   next page   struct boot_header
 *   then        kernel text, rodata, data; system tables; page tables;
 *               start tables; PD segments that are never written; pristine
 *               copies of those that are; prefilled regions
 *   -- end of the file --
 *               kernel bss, IPC buffers, PD writable segments, stacks, regions
 *   -- end of image_size --
 *
 * The kernel is linked at fixed virtual addresses and sees each table through
 * a window of its own; the builder's EL2 page tables put them there, read-only
 * but for the kernel's data, bss and the IPC buffers. So kernel and loader
 * name no board.
 */
#pragma once

#include <stdint.h>

#include <kernel/limits.h>

#define IMAGE_VERSION 1u
#define BOOT_MAGIC 0x544f4f42534e4f4cull   /* "LONSBOOT" */
#define SYSTEM_MAGIC 0x4d54535953534e4cull /* "LNSSYSTM" */

/* ---- The kernel's address space: EL2, 39-bit, 4 KiB granule ---- */

#define KERNEL_VA_BITS 39u
/*
 * The two that short paths read are multiples of 4 GiB, which one instruction
 * names; the others share the kernel's tables.
 */
#define KERNEL_VA 0x4000000000ull         /* kernel ELF as linked, < 1 MiB */
#define KERNEL_VA_SYSTEM 0x4000100000ull  /* struct system_header, read-only */
#define KERNEL_VA_PDS 0x4000110000ull     /* struct pd_constant[], read-only */
#define KERNEL_VA_IRQS 0x4000120000ull    /* struct irq_constant[], read-only */
#define KERNEL_VA_DETAILS 0x4000140000ull /* struct pd_detail[], read-only */
#define KERNEL_VA_GIC0 0x4000200000ull    /* distributor, 64 KiB, device */
#define KERNEL_VA_UART 0x4000220000ull    /* debug configuration only, 4 KiB */
/* GICv2: CPU interface, 8 KiB; GICv3: redistributors, 128 KiB a core */
#define KERNEL_VA_GIC1 0x4000300000ull
#define KERNEL_VA_CAPS 0x4400000000ull /* struct cap[][CAP_SLOTS], read-only */
#define KERNEL_VA_IPC 0x4600000000ull  /* IPC buffers, a page a PD, by id */

/* ---- A PD's address space: stage 2, 40-bit, 4 KiB granule ---- */

#define PD_VA_BITS 40u
#define PD_VA_TOP 0x10000000000ull
#define IPC_BUFFER_VADDR (PD_VA_TOP - 0x1000u)
/*
 * Downwards from the top: the IPC buffer; the stack (stack_size, ends at
 * STACK_TOP_VADDR); one unmapped guard page; the start area (start stub,
 * start table, pristine copies: see struct start_table), whose first page is
 * the stub; one unmapped guard page. Maps end below that.
 */
#define STACK_TOP_VADDR IPC_BUFFER_VADDR

/* ---- Loader ---- */

/* Memory that the loader fills with zeros; physical, multiples of 64 bytes. */
struct zero_range {
	uint64_t paddr;
	uint64_t bytes;
};

/* In a page of its own, directly after the loader's last page. */
struct boot_header {
	uint64_t magic;   /* BOOT_MAGIC */
	uint32_t version; /* IMAGE_VERSION */
	uint32_t num_zero;
	uint64_t image_base;  /* physical address of the image's first byte */
	uint64_t image_bytes; /* all that the image uses from there; Image header too */
	uint64_t uart_paddr;  /* for the loader's error messages */
	uint64_t counter_hz;  /* what CNTFRQ_EL0 must say */
	/*
	 * EL2 level-1 tables. boot_root has the kernel's windows and, for the
	 * loader, RAM and the UART's page at their physical addresses;
	 * kernel_root has the kernel's windows only; in the debug configuration
	 * also RAM at its physical addresses, read-only and not executable, for
	 * post-mortems.
	 */
	uint64_t boot_root;
	uint64_t kernel_root;
	uint64_t kernel_entry;    /* virtual; entered with x0 = kernel_root */
	struct zero_range zero[]; /* num_zero, sorted, disjoint; <= ZERO_RANGES_MAX */
};

#define ZERO_RANGES_MAX ((PAGE_BYTES - 72u) / 16u)

/* ---- Kernel tables ---- */

#define SYSTEM_DOMAINS 1u /* the domain schedule is in force */

struct schedule_entry {
	uint64_t ticks; /* duration, of the system counter; > 0 */
	uint64_t domain;
};

struct system_header {
	uint64_t magic; /* SYSTEM_MAGIC */
	uint32_t version;
	uint32_t flags;           /* SYSTEM_* */
	uint32_t num_pds;         /* 1..PD_MAX */
	uint32_t num_cores;       /* 1..CORE_MAX */
	uint32_t num_irqs;        /* entries of the irq table; ids below are valid */
	uint32_t schedule_length; /* 1..SCHEDULE_MAX with SYSTEM_DOMAINS, else 0 */
	uint32_t schedule_start;  /* index of the first entry to run */
	uint32_t reserved;
	uint64_t counter_hz;
	struct schedule_entry schedule[SCHEDULE_MAX];
};

#define PD_PASSIVE 0x01u /* protected and fault run on the caller's context */
#define PD_FPU 0x02u     /* may use floating point */
#define PD_ALONE 0x04u   /* no other PD has its core, domain and priority */
#define PD_VCPU 0x08u    /* a vCPU (not yet built) */
#define PD_SLICE 0x10u   /* budget == period: a plain time slice */
#define PD_ENDLESS 0x40u /* a slice, alone: nobody takes turns with it, it never ends */

#define TICKS_ENDLESS (1ull << 61) /* budget and period with PD_ENDLESS */

/* Bits of pd_constant.profile: what of the machine EL0 may touch. */
#define PROFILE_COUNTER 0x01u /* read CNTPCT and CNTVCT */
#define PROFILE_TIMER 0x02u   /* the EL1 physical timer: CNTP_* */
#define PROFILE_PMU 0x04u     /* the performance monitors */

/* Who is behind a bit of a caller or child word: bit 63 - i is entry i. */
struct peer {
	uint8_t pd; /* PD_NONE where unused */
	uint8_t id; /* channel id at the server, or child id at the parent */
};

/*
 * What never changes about a PD or vCPU. The builder numbers PDs by core, then
 * domain, then descending priority, then order in the system file: a lower id
 * on the same core and domain never has a lower priority.
 */
struct pd_constant {
	uint64_t vttbr;   /* VTTBR_EL2: stage-2 root | VMID << 48 */
	uint64_t start;   /* virtual address of the start stub */
	uint64_t entry;   /* ELF entry point, the stub's x0 */
	uint64_t budget;  /* ticks, 1..period */
	uint64_t period;  /* ticks, < 2^62 */
	uint8_t priority; /* 0..PRIORITY_MAX */
	uint8_t core;
	uint8_t domain;      /* 0 without domains */
	uint8_t flags;       /* PD_* */
	uint8_t profile;     /* PROFILE_* */
	uint8_t parent;      /* PD id, PD_NONE for a root PD */
	uint8_t fault_bit;   /* bit number in the parent's fault word */
	uint8_t level_first; /* the ids with this core, domain and priority ... */
	uint8_t level_last;  /* ... inclusive; they are contiguous */
	uint8_t num_irqs;    /* entries of irqs */
	uint8_t num_smc;     /* entries of smc; SMC_ALL: every function */
	uint8_t reserved[13];
};

/* The rest of it, which the kernel's short paths do not read. */
struct pd_detail {
	struct peer callers[64];  /* by caller priority, highest first */
	struct peer children[64]; /* by child priority, highest first */
	uint16_t irqs[62];        /* interrupt numbers of this PD */
	uint8_t reserved[4];
	uint32_t smc[SMC_MAX]; /* function ids that SYS_SMC may make */
	uint8_t reserved2[8];
	char name[NAME_BYTES];
};

#define SMC_ALL 0xffu

enum cap_type {
	CAP_NONE = 0,
	CAP_NOTIFY,     /* id = channel at the target */
	CAP_CALL,       /* id = channel at the target, bit = in its caller word */
	CAP_IRQ,        /* irq = interrupt number */
	CAP_CONTROL,    /* control the target PD */
	CAP_VCPU,       /* operate the target vCPU */
	CAP_SMC,        /* make the SMC calls that pd_constant.smc lists */
	CAP_STATISTICS, /* read every PD's statistics */
	CAP_TYPE_COUNT
};

struct cap {
	uint8_t type;   /* enum cap_type */
	uint8_t target; /* PD id, where the type has one */
	uint8_t id;     /* 0..61 */
	uint8_t bit;    /* 0..63 */
	uint16_t irq;
	uint16_t reserved;
};

/* Slots of a PD's table. Unnamed slots are CAP_NONE. */
#define SLOT_NOTIFY 0u  /* + channel id */
#define SLOT_CALL 64u   /* + channel id */
#define SLOT_IRQ 128u   /* + interrupt id */
#define SLOT_CHILD 192u /* + child or vCPU id */
#define SLOT_USER 256u  /* + slot of <cspace>, 0..127 */
#define SLOT_SMC 384u
#define SLOT_STATISTICS 385u
#define CAP_SLOTS 512u

/* Who an interrupt is for. */
struct irq_constant {
	uint8_t pd;   /* PD_NONE: nobody */
	uint8_t id;   /* id at that PD */
	uint8_t edge; /* 1: edge triggered, 0: level */
	uint8_t reserved;
};

/* ---- Start stub ---- */

/*
 * Each PD starts, at boot and at each restart, in its start stub with x0 =
 * entry point and all other registers 0. The stub page holds the stub's code;
 * the next page is this table, read-only. For each entry in order the stub
 * copies copy_bytes from source to destination, then zeroes zero_bytes behind
 * them; then it sets sp = stack_top, zeroes the registers and branches to x0.
 * The entries cover: every writable segment, the stack, the IPC buffer.
 */
struct start_entry {
	uint64_t destination; /* vaddr, multiple of 16 */
	uint64_t source;      /* vaddr of the pristine copy, multiple of 16 */
	uint64_t copy_bytes;  /* multiple of 16, may be 0 */
	uint64_t zero_bytes;  /* multiple of 16 */
};

struct start_table {
	uint64_t stack_top;
	uint64_t num_entries; /* 1..START_ENTRIES_MAX */
	struct start_entry entries[];
};

#define START_ENTRIES_MAX 127u

_Static_assert(sizeof(struct pd_constant) == 64, "a shift to index");
_Static_assert(sizeof(struct pd_detail) == 512, "a shift to index");
_Static_assert(sizeof(struct cap) == 8, "one load");
