/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statistics: configuration blobs, the facts of the system, and the snapshot.
 *
 *     kernel's statistics --+
 *     counter pages (r) ----+--> statistics ==> snapshot (r) ==> client
 *                                    ^------ PPC: refresh ---------+
 *
 * A client reads the snapshot and the facts, and may ask for a refresh. The call carries
 * nothing, and the service reads nothing that a client can write. The counter pages are
 * other components' words: they are copied as they are and never used.
 *
 * The facts do not change: they are prefilled, made by the tool when the system is
 * judged. See devices/lib/config.h.
 */
#pragma once

#include <devices/lib/config.h>

#define STATISTICS_CLIENTS_MAX 8u
#define STATISTICS_PDS_MAX 128u
#define STATISTICS_PAGES_MAX 64u
#define STATISTICS_PAGE_CLIENTS_MAX 62u
#define STATISTICS_PD_NONE 0xffffu
#define STATISTICS_LABEL_BYTES 32u

/* How often a second the snapshot is refreshed at most. */
#define STATISTICS_REFRESHES_PER_S 20u

#define STATISTICS_SERVER_MAGIC CONFIG_MAGIC('s', 't', 's', 1)
#define STATISTICS_CLIENT_MAGIC CONFIG_MAGIC('s', 't', 'c', 1)
#define STATISTICS_FACTS_MAGIC CONFIG_MAGIC('s', 't', 'f', 1)

/* Whose counters a page has: by it a reader knows the names of the words. */
enum statistics_kind {
	STATISTICS_OTHER, /* the words have no names */
	STATISTICS_NETWORK_DRIVER,
	STATISTICS_NETWORK_VIRT_RX,
	STATISTICS_NETWORK_VIRT_TX,
	STATISTICS_NETWORK_COPY,
	STATISTICS_SERIAL_DRIVER,
	STATISTICS_SERIAL_VIRT_TX,
	STATISTICS_SERIAL_VIRT_RX,
	STATISTICS_BLOCK_DRIVER,
	STATISTICS_BLOCK_VIRT,
	STATISTICS_FS_SERVER,
	STATISTICS_SUPERVISOR,
	STATISTICS_ENTROPY_DRIVER,
	STATISTICS_KINDS
};

/* A counter page, as the service is told of it. */
struct statistics_source {
	uint64_t page; /* vaddr, read-only */
	uint32_t words;
	uint32_t unused;
};

/* Pointed to by `statistics_server_config`. */
struct statistics_server_config {
	uint32_t magic;
	uint32_t num_pds; /* of the system */
	uint32_t num_pages;
	uint32_t unused;
	uint64_t interval_ticks; /* no refresh sooner after one than this */
	uint64_t snapshot;       /* vaddr */
	struct statistics_source pages[STATISTICS_PAGES_MAX];
};

/* Pointed to by `statistics_config`. */
struct statistics_client_config {
	uint32_t magic;
	uint32_t channel;  /* to the service: PPC out */
	uint64_t facts;    /* vaddr of struct statistics_facts, read-only */
	uint64_t snapshot; /* vaddr, read-only */
};

struct statistics_pd_facts {
	char name[CONFIG_NAME_BYTES];
	uint64_t budget_us, period_us;
	uint64_t program_bytes; /* its segments and its stack, in whole pages */
	uint64_t private_bytes; /* regions that no other PD maps */
	uint64_t shared_bytes;  /* regions that others map too; devices' not among them */
	uint32_t priority, core;
	uint16_t parent;  /* or STATISTICS_PD_NONE */
	uint16_t passive; /* 1: it runs on its callers' time */
	uint32_t unused;
};

struct statistics_page_facts {
	uint16_t pd;   /* whose counters */
	uint16_t kind; /* enum statistics_kind */
	uint16_t words;
	uint16_t first;        /* its first word in the snapshot */
	uint16_t base_words;   /* the page's own; then come those of each client */
	uint16_t client_words; /* of a client */
	uint32_t num_clients;
	uint16_t clients[STATISTICS_PAGE_CLIENTS_MAX]; /* PDs, in the page's order */
};

/* PDs are numbered as the kernel numbers them. */
struct statistics_facts {
	uint32_t magic;
	uint32_t num_pds, num_pages;
	uint32_t unused;
	uint64_t counter_hz;
	char board[STATISTICS_LABEL_BYTES], config[STATISTICS_LABEL_BYTES];
	struct statistics_pd_facts pds[STATISTICS_PDS_MAX];
	struct statistics_page_facts pages[STATISTICS_PAGES_MAX];
};

/*
 * The snapshot: these words, then STATISTICS_PD_WORDS words of each PD (struct
 * pd_statistics), then the words of each page.
 *
 * `sequence` is odd while the others are being written, and even and new afterwards: who has
 * read the same even one before and after has read words of one moment.
 */
#define STATISTICS_PD_WORDS 8u

struct statistics_snapshot {
	uint64_t sequence;
	uint64_t ticks;   /* the system counter when the refresh began */
	uint64_t ignored; /* calls that came too soon after a refresh */
	uint64_t unused[5];
};

#define STATISTICS_HEAD_WORDS (sizeof(struct statistics_snapshot) / 8u)

_Static_assert(
	sizeof(struct statistics_server_config) <= CONFIG_BYTES_MAX, "fits its page");
