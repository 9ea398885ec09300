/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtualiser of a disk: gives each client its partition, and none but that.
 *
 *     ASKING ---- INFO ----> READING -- table ----> SERVING
 *       ^  \____________ no disk, or table known _____^ |
 *       +--------------- the driver has started anew ---+
 *
 * No request of a client is looked at before the table has been read, or it is known that
 * there is none: then each client's partition has a status, with which all its requests
 * are answered if that is not BLOCK_OK. The table is parsed once in the virtualiser's life.
 *
 * virt.c serves the clients, disk.c knows the driver; this is the state that they share.
 *
 * A request that is with the driver has one of VIRT_SLOTS; the slot's number is its id
 * there, so what comes back is looked up and goes to the client that the slot names, or
 * is counted and dropped. Requests of the virtualiser's own have ids of their own (VIRT_OWN),
 * a new one each time.
 *
 * Fairness. Clients are served in turn, one request each; and none may have more than its
 * share of the slots, so that a slot is free for everyone at any time.
 *
 * Clients that break the rules get an error or are cut off (devices/lib/queue.h). A
 * response always has room, since a request is taken only if there is room for one more
 * response than the client has coming; if the client has meddled, the response is dropped.
 */
#pragma once

#include "../lib/signal.h"
#include "gpt.h"

#define VIRT_SLOTS BLOCK_DRIVER_CAPACITY
#define VIRT_OWN 0x80000000u /* or a number: an id of the virtualiser's own */

_Static_assert(VIRT_SLOTS == 64, "one bit each");
_Static_assert(BLOCK_CLIENTS_MAX <= VIRT_SLOTS, "each client has a share");

enum virt_phase { ASKING, READING, SERVING };

struct virt_slot {
	struct block_request request; /* as the driver gets it */
	uint32_t id;                  /* the client's */
	uint32_t client;
	uint32_t tries; /* how often it was put to the driver */
};

struct virt_client {
	const struct block_virt_client *config;
	struct block_link link;
	struct mbr_partition partition; /* of which it may see all */
	uint32_t outstanding;           /* slots that it has */
};

struct virt {
	const struct block_virt_config *config;
	struct block_virt_counters *counters;
	struct block_link driver;
	enum virt_phase phase;
	bool asked;       /* the phase's own request is with the driver */
	bool table_known; /* the table was read and parsed */
	bool read_only;   /* the disk */
	uint32_t own;     /* id of the latest own request */
	uint32_t tries;   /* to read the table */
	uint32_t share;   /* slots that a client may have */
	uint32_t turn;    /* the client that is served first */
	uint64_t free;    /* slots, a bit each */
	uint64_t again;   /* slots to be put to the driver again */
	uint32_t reads;   /* pieces of the table that were read; the first is block 0 */
	uint8_t piece[BLOCK_TABLE_BYTES]; /* the latest */
	struct gpt gpt;                   /* what it is so far, if it is one */
	struct mbr_partition table[BLOCK_PARTITIONS];
	struct virt_slot slots[VIRT_SLOTS];
	struct virt_client clients[BLOCK_CLIENTS_MAX];
	/* requests and responses: of the driver, then of each client */
	struct signal_link signals[2 + 2 * BLOCK_CLIENTS_MAX];
};

extern struct virt virt;

/* ---- virt.c ---- */

/* Answers a client's request, if there is room. */
void virt_respond(uint32_t client, uint32_t id, enum block_status status);

/* ---- disk.c ---- */

/* Looks at the driver: takes its responses, puts what is to be put. */
void disk_work(void);

/* Puts a slot's request to the driver. Requires: block_room(&virt.driver). */
void disk_put(uint32_t slot);

/* Cleans a client's data from the caches to memory, and drops it from them. */
void disk_clean(const struct virt_client *client, uint64_t where, uint32_t count);
