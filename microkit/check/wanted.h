/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the system file calls for: the checker's own reading of it, and what the
 * walk through the image finds out about where it all is.
 */
#pragma once

#include "check.h"
#include "elements.h"
#include "executable.h"

#define NOBODY SIZE_MAX

struct pdspace;

struct wanted_region {
	struct place place;
	const char *name;
	uint64_t bytes, page_bytes; /* page_bytes 0: the file does not say */
	bool fixed;                 /* at paddr */
	bool contiguous;            /* fixed, or a PD is told its physical address */
	bool device;                /* outside RAM */
	bool shared_device;         /* several PDs may map it */
	const char *driver;         /* else: the PD that maps it */
	uint64_t paddr;
	bool has_prefill;
	struct bytes prefill;
	/* Found in the image, by the first PD that maps it; NULL: by none yet. */
	uint64_t *frames;
	uint64_t *entries; /* the page-table entries that say so */
	const char *first_user;
	bool large; /* somebody maps it in blocks */
};

struct wanted_map {
	struct place place;
	size_t region;
	uint64_t vaddr;
	unsigned allow;
	bool cached;
};

struct wanted_irq {
	uint64_t number, id;
	bool edge;
};

/* Eight bytes at a symbol: a number, or the physical address of a region. */
struct wanted_setvar {
	struct place place;
	const char *symbol;
	size_t region; /* NOBODY: it is a number */
	uint64_t value;
};

struct wanted_control {
	struct place place;
	uint64_t slot;
	const char *pd_name;
	size_t pd;
	bool thread; /* cap_tcb; the others give nothing */
};

/* Bytes that differ from the ELF's. */
struct wanted_patch {
	uint64_t vaddr;
	size_t bytes;
	const char *symbol;
	uint8_t content[NAME_BYTES];
};

struct wanted_pd {
	struct place place;
	const char *name;
	const char *title; /* "PD 'name'" */
	uint64_t priority, budget_us, period_us, stack_bytes, core, domain;
	const char *domain_name; /* "" without */
	bool passive, fpu, smc, counter, statistics;
	uint32_t smc_functions[SMC_MAX];
	size_t num_smc;
	size_t parent; /* index, NOBODY for a root */
	uint64_t child_id;
	struct executable program, symbols;
	struct wanted_map *maps;
	size_t num_maps;
	struct wanted_irq *irqs;
	size_t num_irqs;
	struct wanted_setvar *setvars;
	size_t num_setvars;
	struct wanted_control *controls;
	size_t num_controls;
	struct wanted_patch *patches;
	size_t num_patches;
	uint8_t id;            /* the kernel's number */
	struct pdspace *space; /* what the image maps; NULL: not found */
};

struct wanted_end {
	struct place place;
	size_t pd;
	uint64_t id;
	bool pp, notify;
};

struct wanted_channel {
	struct wanted_end end[2];
};

struct wanted_domain {
	const char *name;
	uint64_t number;
};

struct wanted_slot {
	size_t domain;
	uint64_t ticks;
};

struct wanted {
	const char *file;
	const char *const *search_paths;
	size_t num_search_paths;
	struct wanted_pd *pds; /* in document order */
	size_t num_pds;
	size_t by_id[PD_MAX]; /* index of the PD with that kernel id */
	struct wanted_region *regions;
	size_t num_regions;
	struct wanted_channel *channels;
	size_t num_channels;
	struct wanted_domain *domains;
	size_t num_domains;
	struct wanted_slot *schedule; /* what is in force: from the start to its end */
	size_t num_schedule;
};

/*
 * Reads the system file and all files that it names, and numbers the PDs. False,
 * with complaints, if it is not understood to the last attribute.
 */
bool wanted_load(struct check *c);
/* The PD with a kernel id. */
struct wanted_pd *wanted_by_id(const struct wanted *w, size_t id);
/* Microseconds in ticks of the counter, to the nearest, and at least 1. */
uint64_t wanted_ticks(const struct check *c, uint64_t us);
/* Finds a file in the search path; NULL if there is none. */
const char *wanted_find_file(const struct wanted *w, const char *path);

/* ---- Between the files of this reading ---- */

/* wantedpd.c: <protection_domain> and what is in it, children too. */
void wantedpd_load(struct check *c, struct element *e, size_t parent);
/* Names to indices; patches, once everything is known but physical addresses. */
void wantedpd_resolve(struct check *c, size_t pd);
/* Writes the values of region_paddr setvars, when frames are known. */
void wantedpd_patch_paddr(struct check *c, size_t pd);

size_t wanted_find_pd(const struct wanted *w, const char *name);
size_t wanted_find_region(const struct wanted *w, const char *name);
