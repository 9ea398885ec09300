/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of the system-file parser: the table that says which
 * elements and attributes there are (sdf_table.c), the walk over the XML that
 * judges the file by this table (sdf.c), and what each element means
 * (sdf_elements.c).
 *
 * An element whose attributes are unreadable is reported once and then either
 * left out, or kept with defaults if others may refer to it, so that one
 * mistake makes one error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

enum element {
	ELEMENT_NONE,     /* no element */
	ELEMENT_DOCUMENT, /* what the root is in */
	ELEMENT_SYSTEM,
	ELEMENT_PD,
	ELEMENT_PROGRAM_IMAGE,
	ELEMENT_MAP,
	ELEMENT_IRQ,
	ELEMENT_SETVAR,
	ELEMENT_STATISTICS,
	ELEMENT_VM,
	ELEMENT_VCPU,
	ELEMENT_GUEST_MAP,
	ELEMENT_CSPACE,
	ELEMENT_CAP_TCB,
	ELEMENT_CAP_SC,
	ELEMENT_CAP_VSPACE,
	ELEMENT_REGION,
	ELEMENT_CHANNEL,
	ELEMENT_END,
	ELEMENT_DOMAINS,
	ELEMENT_DOMAIN,
	ELEMENT_SCHEDULE,
	ELEMENT_SCHEDULE_ENTRY,
	ELEMENT_SCHEDULE_END,
	ELEMENT_TIMER,
	ELEMENT_TIMER_CLIENT,
	ELEMENT_ENTROPY,
	ELEMENT_ENTROPY_CLIENT,
	ELEMENT_RTC,
	ELEMENT_RTC_CLIENT,
	ELEMENT_SERIAL,
	ELEMENT_SERIAL_CLIENT,
	ELEMENT_NETWORK,
	ELEMENT_NETWORK_CLIENT,
	ELEMENT_BLOCK,
	ELEMENT_BLOCK_CLIENT,
	ELEMENT_FILESYSTEM,
	ELEMENT_FILESYSTEM_CLIENT,
	ELEMENT_SUPERVISOR,
	ELEMENT_SUPERVISOR_CLIENT,
	ELEMENT_STATISTICS_SERVICE,
	ELEMENT_STATISTICS_CLIENT,
	ELEMENT_IOPORT,
	ELEMENT_IO_ADDRESS_SPACE,
	ELEMENT_COUNT
};

enum value_kind {
	VALUE_TEXT, /* not empty, no control characters */
	VALUE_NUMBER,
	VALUE_BOOL,
	VALUE_PERMS,
	VALUE_TRIGGER,
	VALUE_DURATION,
	VALUE_NUMBERS,
	VALUE_X86, /* an attribute that only x86 systems may have */
	VALUE_KIND_COUNT
};

struct attribute_rule {
	const char *name;
	enum value_kind kind;
	bool required;
	uint64_t initial; /* the number where the attribute is not given */
};

/* The attributes' indices in their elements' tables. */
enum {
	PD_NAME,
	PD_PRIORITY,
	PD_BUDGET,
	PD_PERIOD,
	PD_PASSIVE,
	PD_STACK_SIZE,
	PD_CPU,
	PD_SMC,
	PD_FPU_ATTRIBUTE,
	PD_DOMAIN,
	PD_ID,
	PD_SETVAR_ID,
	PD_SMC_FUNCTIONS,
	PD_COUNTER
};
enum { IMAGE_PATH, IMAGE_SYMBOLS };
enum {
	MAP_MR,
	MAP_VADDR,
	MAP_PERMS,
	MAP_CACHED,
	MAP_SETVAR_VADDR,
	MAP_SETVAR_SIZE,
	MAP_SETVAR_PREFILL
};
enum { IRQ_IRQ, IRQ_ID, IRQ_TRIGGER, IRQ_SETVAR_ID };
enum { SETVAR_SYMBOL, SETVAR_REGION };
enum { VM_NAME, VM_PRIORITY, VM_BUDGET, VM_PERIOD };
enum { VCPU_ID, VCPU_CPU, VCPU_SETVAR_ID };
enum { CAP_SLOT, CAP_PD };
enum {
	REGION_NAME,
	REGION_SIZE,
	REGION_PAGE,
	REGION_PADDR,
	REGION_PREFILL,
	REGION_SHARED_DEVICE,
	REGION_DMA
};
enum { END_PD, END_ID, END_PP, END_NOTIFY, END_SETVAR_ID };
enum { DOMAIN_NAME, DOMAIN_ID };
enum { SCHEDULE_START, SCHEDULE_SHIFT };
enum { ENTRY_DOMAIN, ENTRY_DURATION };
enum {
	SUBSYSTEM_DRIVER_PRIORITY,
	SUBSYSTEM_CPU,
	SUBSYSTEM_DOMAIN,
	SUBSYSTEM_DEVICE,
	SUBSYSTEM_VIRT_RX_PRIORITY,
	SUBSYSTEM_VIRT_TX_PRIORITY,
	SERIAL_LABELS,
	SERIAL_QUEUE_BYTES,
	NETWORK_POLICY = SERIAL_LABELS,
	NETWORK_RX_BUFFERS,
	BLOCK_VIRT_PRIORITY = SUBSYSTEM_VIRT_RX_PRIORITY,
	FILESYSTEM_SERVER = SUBSYSTEM_DEVICE,
	FILESYSTEM_TYPE,
	SUPERVISOR_RESTART_COUNT = SUBSYSTEM_DEVICE,
	SUPERVISOR_PERIOD,
	SUPERVISOR_HANG
};
enum {
	CLIENT_PD,
	SERIAL_CLIENT_INPUT,
	NETWORK_CLIENT_MAC = SERIAL_CLIENT_INPUT,
	NETWORK_CLIENT_ADDRESS,
	NETWORK_CLIENT_GATEWAY,
	NETWORK_CLIENT_DNS,
	NETWORK_CLIENT_COPIER,
	NETWORK_CLIENT_BUFFERS,
	NETWORK_CLIENT_QUOTA,
	NETWORK_CLIENT_PARAMETER,
	NETWORK_CLIENT_BURST,
	BLOCK_CLIENT_PARTITION = SERIAL_CLIENT_INPUT,
	BLOCK_CLIENT_READ_ONLY,
	BLOCK_CLIENT_CAPACITY,
	BLOCK_CLIENT_DATA_SIZE,
	FILESYSTEM_CLIENT_READ_ONLY = SERIAL_CLIENT_INPUT,
	FILESYSTEM_CLIENT_CAPACITY,
	FILESYSTEM_CLIENT_DATA_SIZE,
	FILESYSTEM_CLIENT_HANDLES,
	SUPERVISOR_CLIENT_WATCH = SERIAL_CLIENT_INPUT,
	SUPERVISOR_CLIENT_DEMO
};

#define ATTRIBUTES_MAX 16

struct value {
	bool given;       /* written, and readable */
	const char *text; /* as written; borrowed from expat for the call */
	uint64_t number;  /* of numbers, truth values, PERM_*, edge, duration */
	bool in_ticks;
	uint32_t *numbers; /* of VALUE_NUMBERS; lives on */
	size_t num_numbers;
};

/* A start tag as far as it could be read; num_attributes values. */
struct tag {
	struct position at;
	bool bad; /* a required attribute is missing, or one is unreadable */
	struct value values[ATTRIBUTES_MAX];
};

/* An open element. */
struct frame {
	enum element element;
	struct position at;
	size_t index;  /* of the PD, where it is one */
	uint64_t seen; /* one bit per enum element: children that were there */
	unsigned ends; /* of a channel */
	bool bad;      /* a child was unreadable */
	bool has_text; /* reported already */
};

struct walk {
	void *parser; /* XML_Parser, which only sdf.c knows */
	struct system *system;
	struct frame *frames; /* from the root inwards */
	size_t num_frames;
	size_t skip_depth; /* > 0: within an element that is not understood */
	bool has_root;     /* the outermost element is <system> */
};

struct element_rule {
	const char *name;
	enum element parents[2]; /* ELEMENT_NONE where unused */
	const struct attribute_rule *attributes;
	size_t num_attributes;
	/* How often it may be in its parent; the rule to name, NULL for any. */
	const char *count_rule;
	bool at_most_one;
	bool at_least_one;
	bool keep; /* begin it even when its tag is bad */
	bool x86;  /* refused with all that is in it */
	void (*begin)(struct walk *walk, const struct tag *tag); /* or NULL */
	void (*end)(struct walk *walk);                          /* or NULL */
};

_Static_assert(ELEMENT_COUNT <= 64, "a bit per element in frame.seen");

/* By enum element; those that are no elements have no name. */
extern const struct element_rule sdf_elements[ELEMENT_COUNT];

/* ---- sdf.c ---- */

/*
 * Parses `bytes` of text as the system file system->file, which names it in
 * errors. Else as sdf_parse.
 */
bool sdf_parse_text(const char *text, size_t bytes, struct system *system);

/* ---- sdf_subsystem.c: subsystem elements ---- */

void sdf_begin_timer(struct walk *walk, const struct tag *tag);
void sdf_begin_timer_client(struct walk *walk, const struct tag *tag);
void sdf_begin_entropy(struct walk *walk, const struct tag *tag);
void sdf_begin_entropy_client(struct walk *walk, const struct tag *tag);
void sdf_begin_rtc(struct walk *walk, const struct tag *tag);
void sdf_begin_rtc_client(struct walk *walk, const struct tag *tag);
void sdf_begin_serial(struct walk *walk, const struct tag *tag);
void sdf_begin_serial_client(struct walk *walk, const struct tag *tag);
void sdf_begin_network(struct walk *walk, const struct tag *tag);
void sdf_begin_network_client(struct walk *walk, const struct tag *tag);
void sdf_begin_block(struct walk *walk, const struct tag *tag);
void sdf_begin_block_client(struct walk *walk, const struct tag *tag);
void sdf_begin_statistics_service(struct walk *walk, const struct tag *tag);
void sdf_begin_statistics_client(struct walk *walk, const struct tag *tag);
void sdf_begin_supervisor(struct walk *walk, const struct tag *tag);
void sdf_begin_supervisor_client(struct walk *walk, const struct tag *tag);
void sdf_begin_filesystem(struct walk *walk, const struct tag *tag);
void sdf_begin_filesystem_client(struct walk *walk, const struct tag *tag);

/* ---- sdf_elements.c: one function per other element ---- */

/* The value as text that lives on; NULL if it is not given. */
const char *sdf_text_of(const struct value *value);
/* Numbers beyond 32 bits are too big for their rule too, whatever it is. */
uint32_t sdf_number32(const struct value *value);

void sdf_end_system(struct walk *walk);
void sdf_begin_pd(struct walk *walk, const struct tag *tag);
void sdf_begin_program_image(struct walk *walk, const struct tag *tag);
void sdf_begin_map(struct walk *walk, const struct tag *tag);
void sdf_begin_irq(struct walk *walk, const struct tag *tag);
void sdf_begin_setvar(struct walk *walk, const struct tag *tag);
void sdf_begin_statistics(struct walk *walk, const struct tag *tag);
void sdf_begin_vm(struct walk *walk, const struct tag *tag);
void sdf_begin_vcpu(struct walk *walk, const struct tag *tag);
void sdf_begin_guest_map(struct walk *walk, const struct tag *tag);
void sdf_begin_cap_tcb(struct walk *walk, const struct tag *tag);
void sdf_begin_cap_sc(struct walk *walk, const struct tag *tag);
void sdf_begin_cap_vspace(struct walk *walk, const struct tag *tag);
void sdf_begin_region(struct walk *walk, const struct tag *tag);
void sdf_begin_channel(struct walk *walk, const struct tag *tag);
void sdf_begin_end(struct walk *walk, const struct tag *tag);
void sdf_end_channel(struct walk *walk);
void sdf_begin_domain(struct walk *walk, const struct tag *tag);
void sdf_begin_schedule(struct walk *walk, const struct tag *tag);
void sdf_begin_schedule_entry(struct walk *walk, const struct tag *tag);
void sdf_begin_schedule_end(struct walk *walk, const struct tag *tag);
