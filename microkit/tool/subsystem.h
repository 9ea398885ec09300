/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Subsystem elements become plain protection domains, regions, channels and
 * configuration blobs, after the parser and before the rules.
 *
 *   subsystem.c          who the clients are; the order of the classes
 *   subsystem_parts.c    the making of PDs, regions, maps, channels, blobs
 *   subsystem_timer.c, subsystem_entropy.c, subsystem_rtc.c, subsystem_serial.c,
 *   subsystem_network.c, subsystem_block.c, subsystem_filesystem.c,
 *   subsystem_statistics.c
 *   subsystem_supervisor.c  the parent of all
 *   subsystem_judge.c    what a <network> says
 *   drivers.c            the board's device of a class, and its driver
 *
 * What is made looks as if the system file had said it at the place of the
 * element (or of its <client>), so the rules judge it, the builder builds it, and
 * `microkit expand` prints it, like everything else. After an error the rest of a
 * class is left out.
 *
 * Addresses. In every PD the maps that are made here lie from SUBSYSTEM_VADDR up, in
 * the order of making, with a page between two. Buffers that a device reads or
 * writes get physical addresses here, since blobs say them.
 *
 * Ids. Components count their ids from 0. In a PD of the system file an id is the
 * highest of 0 to 61 that is not taken, so its own ids can be counted from 0.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

/* Above what programs and system files use (512 GiB), below the stack (1 TiB). */
#define SUBSYSTEM_VADDR 0x8000000000ull

struct program_file; /* an ELF file that has been read */

struct expansion {
	const struct options *options;
	const struct board *board;
	struct system *system;
	struct program_file *files;
	size_t num_files;
};

#define SUBSYSTEM_ERROR(x, at, ...) diag_error((x)->system->file, (at), __VA_ARGS__)

/* ---- drivers.c ---- */

struct device {
	const char *program; /* of its driver */
	bool has_registers;
	uint64_t registers_paddr; /* of the first register */
	uint64_t registers_bytes;
	bool has_irq;
	uint32_t irq; /* as the interrupt controller counts */
	bool edge;
	uint64_t dma_bytes; /* that the driver needs for its own rings; 0: no DMA */
	bool coherent;      /* the device sees the caches */
};

/*
 * The device of that name that the board has, and its driver of a class: by the slot table,
 * the device tree and the driver descriptions of the SDK. Errors go to diag, at `at` of
 * `system_file`.
 */
bool drivers_find(const struct options *options, const struct board *board,
	const char *system_file, const struct position *at, const char *class_name,
	const char *device_name, struct device *device);

/* ---- subsystem.c ---- */

/* NONE if there is no such PD. */
size_t subsystem_find_pd(const struct system *system, const char *name);

/* Whether a PD's name is the pattern; or begins like it, if it ends with '*'. */
bool subsystem_matches(const char *name, const char *pattern);

/* Whether a server's program has its symbol; an error if not. */
bool subsystem_has_symbol(
	struct expansion *x, const struct position *at, size_t pd, const char *symbol);

/* Whether a PD's program is known to have a symbol. */
bool subsystem_needs(struct expansion *x, size_t pd, const char *symbol);

/* Likewise a client's, of the library. */
bool subsystem_has_client_symbol(struct expansion *x,
	const struct subsystem_client *client, const char *symbol, const char *library);

/* ---- subsystem_parts.c; all that they are given is copied ---- */

/* Text that lives on. */
char *subsystem_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A component of the class, with its core and domain. Returns its index. */
size_t subsystem_pd(struct expansion *x, const struct subsystem *subsystem,
	const char *name, const char *program, uint32_t priority);

/* An ordinary region of at least `bytes`, rounded up to pages. Returns its index. */
size_t subsystem_region(
	struct expansion *x, const struct position *at, const char *name, uint64_t bytes);

/*
 * The same, contiguous and at a physical address that is chosen now, in RAM away
 * from the image. NONE, with an error, if there is no room.
 */
size_t subsystem_dma_region(
	struct expansion *x, const struct position *at, const char *name, uint64_t bytes);

/* Maps a region; returns the virtual address. */
uint64_t subsystem_map(
	struct expansion *x, size_t pd, size_t region, unsigned perms, bool cached);

/* Gives an end of a channel or an interrupt its id; false, with an error, without. */
bool subsystem_id(
	struct expansion *x, const struct position *at, size_t pd, uint32_t *id);

/* A channel on which both notify. False, with an error, if an id is missing. */
bool subsystem_channel(struct expansion *x, const struct position *at,
	const size_t pds[2], uint32_t ids[2]);

/*
 * A channel on which the first may call the second, which may notify it if `answers`.
 * False, with an error, if an id is missing.
 */
bool subsystem_call_channel(struct expansion *x, const struct position *at,
	const size_t pds[2], bool answers, uint32_t ids[2]);

/* A page of counters that the component alone writes; its address there. */
uint64_t subsystem_counters(struct expansion *x, size_t pd);

/*
 * A page prefilled with `data`, mapped read-only in the PD, to whose address the
 * program's `symbol` is set.
 */
void subsystem_blob(struct expansion *x, const struct position *at, size_t pd,
	const char *name, const char *symbol, const void *data, size_t bytes);

/* The driver of a class with what its device needs. */
struct driver {
	struct device device;
	size_t pd;
	uint64_t registers; /* vaddr */
	uint32_t irq;       /* id; of a device that has one */
	uint64_t dma_vaddr, dma_paddr;
};
bool subsystem_driver(struct expansion *x, const struct subsystem *subsystem,
	const char *class_name, struct driver *driver);

/* ---- The classes: `subsystem` has its clients, all of them resolved ---- */

void subsystem_timer(struct expansion *x, struct subsystem *subsystem);
void subsystem_entropy(struct expansion *x, struct subsystem *subsystem);
void subsystem_rtc(struct expansion *x, struct subsystem *subsystem);
void subsystem_serial(struct expansion *x, struct subsystem *subsystem);
void subsystem_network(struct expansion *x, struct subsystem *subsystem);
void subsystem_block(struct expansion *x, struct subsystem *subsystem);
void subsystem_filesystem(struct expansion *x, struct subsystem *subsystem);
void subsystem_statistics(struct expansion *x, struct subsystem *subsystem);
/* After all other classes: its regions, channels and blobs. */
void subsystem_statistics_connect(struct expansion *x, const struct subsystem *subsystem);

/*
 * subsystem_supervisor.c: makes the PD, before all that the elements mean (false after an
 * error); makes it the parent of all that have none.
 */
bool subsystem_supervisor_make(struct expansion *x, const struct subsystem *element);
void subsystem_supervisor_adopt(struct expansion *x, const struct subsystem *element);

/* subsystem_judge.c: reads and judges all that a <network> says; false after an error. */
bool subsystem_judge_network(struct expansion *x, struct subsystem *network);
/* Whether a number of queue slots or buffers is a power of two within bounds. */
bool subsystem_is_capacity(uint64_t number, uint64_t min, uint64_t max);
