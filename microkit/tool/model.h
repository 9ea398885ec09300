/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system as the system file says it: what the parser makes, the rules
 * judge, the builder lays out and the report draws.
 *
 * Everything is owned by the struct system and lives until the program ends
 * (the tool runs once and exits; nothing is freed). Strings are NUL-terminated
 * and never NULL unless a comment says so. Arrays are dense: `num_x` entries.
 * References between parts are indices; NONE where there is nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NONE ((size_t)-1)
/* Microkit's defaults of a PD. */
#define PD_BUDGET_US 1000u
#define PD_STACK_BYTES 0x2000u

#define NUMBER_NONE UINT32_MAX /* a 32-bit number that is not given */

/* Where something stands in the system file; row and column count from 1. */
struct position {
	size_t row;
	size_t column;
};

enum { PERM_R = 1, PERM_W = 2, PERM_X = 4 };

/* A symbol of the PD's ELF that the builder patches with a 64-bit value. */
enum setvar_kind {
	SETVAR_VADDR,        /* virtual address of map `index` */
	SETVAR_SIZE,         /* size of the region of map `index` */
	SETVAR_PREFILL_SIZE, /* length of the prefill file of map `index`'s region */
	SETVAR_PADDR,        /* physical address of region `index` */
	SETVAR_ID            /* the number `value` (a channel, irq, child or vCPU id) */
};

struct setvar {
	struct position at;
	const char *symbol;
	enum setvar_kind kind;
	const char *region_name; /* SETVAR_PADDR: as written; the rules resolve it: */
	size_t index;
	uint64_t value;
};

struct map {
	struct position at;
	const char *region_name; /* as written; the rules resolve it: */
	size_t region;           /* index in system.regions */
	uint64_t vaddr;
	unsigned perms; /* PERM_* */
	bool cached;
};

struct irq {
	struct position at;
	uint32_t number; /* as the board counts: SPI n is 32 + n, PPI n is 16 + n */
	uint32_t id;     /* 0..61 */
	bool edge;
};

enum user_cap_kind { USER_CAP_TCB, USER_CAP_SC, USER_CAP_VSPACE };

struct user_cap {
	struct position at;
	enum user_cap_kind kind;
	uint32_t slot; /* 1..127 */
	const char *pd_name;
	size_t pd;
};

struct vcpu {
	struct position at;
	uint32_t id;
	uint32_t core;
};

struct virtual_machine {
	struct position at;
	const char *name;
	uint32_t priority;
	uint64_t budget_us;
	uint64_t period_us;
	struct vcpu *vcpus;
	size_t num_vcpus;
	struct map *maps;
	size_t num_maps;
};

struct pd {
	struct position at;
	const char *name;
	uint32_t priority;
	uint64_t budget_us;
	uint64_t period_us;
	bool budget_given; /* written in the file, not Microkit's default */
	uint64_t stack_bytes;
	uint32_t core;
	bool passive;
	bool fpu;
	bool generated;          /* a component that a subsystem element means */
	bool smc;                /* every SMC function */
	uint32_t *smc_functions; /* else these: our extension smc_functions="..." */
	size_t num_smc_functions;
	bool counter;            /* may read the system counter: our counter="..." */
	bool statistics;         /* our <statistics/> child element */
	const char *domain_name; /* NULL without domains */
	size_t domain;
	size_t parent;     /* index in system.pds or NONE */
	uint32_t child_id; /* with a parent; else NUMBER_NONE */

	struct position image_at;
	const char *image_path;   /* as written */
	const char *image_file;   /* found in the search path; NULL if not found */
	const char *symbols_path; /* path_for_symbols, NULL without */
	const char *symbols_file;

	struct map *maps;
	size_t num_maps;
	struct irq *irqs;
	size_t num_irqs;
	struct setvar *setvars; /* children's setvar_id are in the parent's list */
	size_t num_setvars;
	struct user_cap *user_caps;
	size_t num_user_caps;
	struct virtual_machine *vm; /* NULL without */
};

/* Whether the device behind a region's addresses accesses memory by itself. */
enum device_dma { DMA_UNSAID, DMA_NO, DMA_YES };

struct region {
	struct position at;
	const char *name;
	uint64_t bytes;
	uint64_t page_bytes;      /* 0x1000 or 0x200000; rules choose it when not given */
	bool fixed;               /* phys_addr given */
	bool needs_paddr;         /* contiguous: fixed, or named by setvar region_paddr */
	uint64_t paddr;           /* with fixed; else the builder's choice */
	const char *prefill_path; /* NULL without */
	const char *prefill_file; /* found in the search path */
	uint64_t prefill_bytes;   /* > 0: prefilled, once the rules have looked */
	const uint8_t *prefill_data; /* in place of a file: a configuration blob */
	size_t link;   /* made with a channel, for its ends: 1 + its index; 0: not so */
	bool counters; /* one component writes them, others may read them */
	bool shared_device; /* several PDs may map this device */
	enum device_dma dma;
};

struct channel_end {
	struct position at;
	const char *pd_name;
	size_t pd;
	uint32_t id;
	bool pp;               /* this end may call the other */
	bool notify;           /* this end may notify the other */
	const char *setvar_id; /* NULL without; the rules add it to pd's setvars */
};

struct channel {
	struct position at;
	struct channel_end end[2];
};

struct domain {
	struct position at;
	const char *name;
	uint32_t number; /* 0..15 */
};

struct schedule_slot {
	struct position at;
	const char *domain_name; /* as written; NULL for an end marker */
	size_t domain;           /* index in system.domains; NONE for an end marker */
	uint64_t duration;
	bool in_ticks; /* else in microseconds */
};

/* ---- Subsystem elements: expanded to all of the above by subsystem.c ---- */

/* In the order of expansion: a component of an earlier class may be a later one's client. */
enum subsystem_class {
	SUBSYSTEM_NETWORK,
	SUBSYSTEM_FILESYSTEM,
	SUBSYSTEM_BLOCK,
	SUBSYSTEM_SERIAL,
	SUBSYSTEM_TIMER,
	SUBSYSTEM_ENTROPY,
	SUBSYSTEM_RTC,
	SUBSYSTEM_STATISTICS, /* its pages and facts after all others */
	SUBSYSTEM_CLASSES,    /* so many, each expanded on its own */
	SUBSYSTEM_SUPERVISOR = SUBSYSTEM_CLASSES, /* before and after all of them */
	SUBSYSTEM_COUNT
};

#define QUOTA_SHARE UINT64_MAX

struct subsystem_client {
	struct position at;
	const char *pd_name;
	size_t pd; /* resolved by the expansion */
	/* serial */
	bool input;
	/* network; NULL where not given */
	const char *mac_text, *address_text, *gateway_text, *dns_text;
	bool copier;
	uint64_t buffers;
	uint64_t quota; /* or QUOTA_SHARE: an equal share of what is left */
	uint64_t burst; /* bytes, for a policy that limits */
	uint64_t parameter;
	/* read by the expansion; address, gateway and dns are 0 where not given */
	uint8_t mac[6], address[4], gateway[4], dns[4];
	uint8_t prefix;
	/* block */
	uint64_t partition;
	bool read_only;
	uint64_t capacity;   /* requests of a queue */
	uint64_t data_bytes; /* of its data region */
	/* filesystem; read_only, capacity and data_bytes too */
	uint64_t handles;
	/* supervisor */
	bool watch; /* it is restarted when it hangs */
	bool demo;  /* it may ask for a restart of any */
};

struct subsystem {
	struct position at; /* row 0: the system has no such element */
	/* block: its one virtualiser is virt_rx */
	uint32_t driver_priority, virt_rx_priority, virt_tx_priority;
	uint32_t core;           /* of driver and virtualisers */
	const char *domain_name; /* likewise; NULL without */
	const char *device;      /* of the board; NULL: the one named like the class */
	const char *labels;      /* serial: as written; NULL: none */
	uint64_t capacity;       /* serial: bytes of a queue */
	const char *policy;      /* network: as written; NULL: round_robin */
	uint64_t buffers;        /* network: of the device's Rx region */
	const char *server;      /* filesystem: a PD; driver_priority is its own */
	const char *type;        /* filesystem: as written; NULL: fat */
	uint64_t restarts, period_us; /* supervisor: so many of a PD in a period */
	uint64_t hang_us; /* supervisor: who runs so long without a receive; 0: nobody */
	struct subsystem_client *clients;
	size_t num_clients;
};

struct statistics_facts; /* services/statistics/config.h */

struct system {
	const char *file; /* path of the system file */
	struct subsystem subsystems[SUBSYSTEM_COUNT];
	struct statistics_facts *facts; /* NULL without <statistics> */
	struct pd *pds; /* in document order, parents before their children */
	size_t num_pds;
	struct region *regions;
	size_t num_regions;
	struct channel *channels;
	size_t num_channels;
	struct domain *domains; /* none: no domain schedule */
	size_t num_domains;
	struct schedule_slot *schedule;
	size_t num_schedule;
	struct position schedule_at;
	size_t schedule_start;
	size_t schedule_shift;
};

/* What a board is: boards/<board>/board.json, copied into the SDK. */
#define BOARD_RAM_MAX 8
#define BOARD_SLOTS_MAX 16
struct board {
	const char *name;
	const char *config;    /* "debug", "release", "benchmark" */
	const char *directory; /* <sdk>/board/<board>/<config> */
	const char *arch;      /* "aarch64" */
	uint32_t num_cores;
	uint32_t num_irqs;
	uint64_t counter_hz;
	uint64_t image_base;
	uint64_t text_offset; /* of the arm64 Image header */
	struct {
		uint64_t base, bytes;
	} ram[BOARD_RAM_MAX];
	size_t num_ram;
	uint32_t gic_version; /* 2 or 3 */
	uint64_t gic_distributor;
	uint64_t gic_cpu; /* v2: CPU interface; v3: first redistributor */
	uint64_t uart;
	/* Which node of the device tree each device is; one for a class has its name. */
	struct {
		const char *name, *node;
	} slots[BOARD_SLOTS_MAX];
	size_t num_slots;
};

/* What the command line asks for. */
struct options {
	const char *system_file;
	const char *board;
	const char *config;
	const char *output;   /* default loader.img */
	const char *report;   /* default report.txt */
	const char *picture;  /* --picture FILE: SVG (default: report's name with .svg) */
	const char *overview; /* --overview FILE: a smaller picture; NULL without */
	const char *blobs;    /* --blobs DIRECTORY, of expand; NULL without */
	const char **search_paths; /* the current directory first */
	size_t num_search_paths;
	const char *sdk;
};

/* What the builder chose, for the report. */
struct segment_layout {
	uint64_t vaddr, bytes, paddr;
	unsigned perms;
};

struct pd_layout {
	size_t pd;             /* index in system.pds */
	uint32_t id;           /* the kernel's number of it */
	uint64_t start_vaddr;  /* of the start area */
	uint64_t memory_bytes; /* segments, stack, tables: all that it alone uses */
	struct segment_layout *segments; /* ELF segments, stack, IPC buffer, start area */
	size_t num_segments;
};

/* One piece, or several in order where the region is not contiguous. */
struct region_piece {
	uint64_t paddr, bytes;
};

struct region_layout {
	struct region_piece *pieces;
	size_t num_pieces;
};

struct layout {
	struct pd_layout *pds; /* by kernel id */
	size_t num_pds;
	struct region_layout *regions; /* as system.regions; NULL: each is one piece */
	uint64_t image_file_bytes;
	uint64_t image_memory_bytes;
	struct region_layout kernel; /* its segments, by virtual address */
	uint64_t tables_paddr, tables_bytes;
	bool statistics_kernel; /* kernel_statistics.elf was chosen */
};

/* ---- diag.c: errors and warnings ---- */

/*
 * Both print at once (unless held), "file:row:column: error: what is wrong" followed by
 * "  rule: ..." and "  fix: ..." lines, and are counted; `at` may be NULL.
 * Nothing stops at the first error: the caller goes on as far as makes sense.
 */
void diag_error(const char *file, const struct position *at, const char *rule,
	const char *fix, const char *format, ...) __attribute__((format(printf, 5, 6)));
void diag_warning(const char *file, const struct position *at, const char *rule,
	const char *fix, const char *format, ...) __attribute__((format(printf, 5, 6)));
size_t diag_errors(void);
/* From hold to release nothing is printed; then all of it, by row and column. */
void diag_hold(void);
void diag_release(void);

/* ---- board.c ---- */

/* Reads the board's description out of the SDK; errors go to diag. */
bool board_load(const struct options *options, struct board *board);

/* ---- sdf.c, rules.c ---- */

/* Parses the file; false if it is not even XML. Errors go to diag. */
bool sdf_parse(
	const struct options *options, const struct board *board, struct system *system);
/* Expands the subsystem elements to plain ones. Errors go to diag. */
void subsystem_expand(
	const struct options *options, const struct board *board, struct system *system);
/* Judges every rule, resolves names to indices, fills defaults in. */
void rules_apply(
	const struct options *options, const struct board *board, struct system *system);
/* Prints the plain Microkit file that the system file means. */
int expand_print(const struct system *system);
/* Writes the prefill of regions that have it in no file yet, into a directory. */
int expand_write_blobs(const struct system *system, const char *directory);

/* ---- facts.c ---- */

/* Fills the facts of <statistics> in, if there are any and all rules hold. */
void facts_fill(const struct board *board, struct system *system);

/* ---- order.c: how the kernel numbers PDs, once the rules have judged them ---- */

/* order[id] = index in system->pds; room for all of them. */
void order_pds(const struct system *system, size_t *order);
/* The number of the PD's domain; 0 without domains. */
uint32_t order_domain(const struct system *system, const struct pd *pd);

/* ---- elf.c: the ELF files of PDs, kernel and loader ---- */

struct elf_segment {
	uint64_t vaddr, file_bytes, memory_bytes, file_offset;
	unsigned perms;
};
struct elf {
	const char *file;
	uint8_t *data; /* the whole file */
	size_t bytes;
	uint64_t entry;
	struct elf_segment *segments; /* PT_LOAD with memory_bytes > 0, by vaddr */
	size_t num_segments;
};
/* false, with an error to diag, if it is no sane ELF64 AArch64 executable. */
bool elf_load(const char *file, struct elf *elf);
/*
 * Address and size of a symbol. Returns how many there are of the name: 0, none; more
 * than 1, those of the last. A global one hides local ones.
 */
size_t elf_symbol(
	const struct elf *elf, const char *name, uint64_t *vaddr, uint64_t *bytes);

/* ---- build.c ---- */

/*
 * Lays the system out and writes the image. Errors go to diag; with errors no
 * output file is left behind. layout is filled for the report.
 */
bool build_image(const struct options *options, const struct board *board,
	struct system *system, struct layout *layout);

/* ---- report.c, picture.c, reach.c, symbolise.c ---- */

bool report_write(const struct options *options, const struct board *board,
	const struct system *system, const struct layout *layout);
bool picture_write(const struct options *options, const struct board *board,
	const struct system *system, const struct layout *layout);
int symbolise_main(int argc, char **argv);

/* ---- ../check/check.c: shares only <kernel/...> headers with all this ---- */

int check_main(int argc, char **argv);
