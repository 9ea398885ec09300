/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is around the virtualiser in its test: a driver with a disk, clients, signals.
 *
 * Clients 0 and 1 are honest: they use the client library, know what each of their blocks
 * must hold, and never ask for a block that is under way. Client 2 is hostile. Device
 * addresses are the host's with DEVICE added, so that nothing works without translation.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../client.h"
#include "../virt.h"

#define WORLD_CLIENTS 3u
#define WORLD_HOSTILE 2u
#define WORLD_BLOCKS 96u /* of the disk; partition i: blocks 16 + 24 i, 24 of them */
#define WORLD_PARTITION 24u
#define WORLD_SLOTS 16u /* requests of a client at a time, at most */
#define WORLD_SLOT_BLOCKS 4u
#define WORLD_DATA_BYTES (WORLD_SLOTS * WORLD_SLOT_BLOCKS * BLOCK_BYTES)
#define WORLD_DEVICE 0x100000000000ull

/* A request of an honest client, by id. */
struct world_request {
	struct block_request request;
	bool active;
	bool served;    /* the driver does not have it */
	uint32_t epoch; /* how many ordered requests were put before */
};

struct world_client {
	struct block_client client;
	struct world_request requests[WORLD_SLOTS];
	uint32_t capacity;
	bool read_only;
	bool pending; /* was signalled */
	bool was_ready;
	uint32_t epoch;
	uint32_t active;                 /* requests */
	uint64_t tag;                    /* latest content written */
	uint64_t known[WORLD_PARTITION]; /* content of each block; 0: of two, one */
	bool under_way[WORLD_PARTITION];
	uint64_t done, lost; /* responses */
};

struct world {
	uint64_t seed;
	bool hooks, anew, hostile,
		faulty; /* neighbours run in between; ends start anew; ... */
	bool stubborn;  /* the disk is not there */
	bool losing;    /* the driver loses all reads and writes */
	struct world_client clients[WORLD_CLIENTS];
	struct block_link driver;
	struct block_request held[BLOCK_DRIVER_CAPACITY];
	uint32_t num_held;
	bool driver_pending, virt_pending;
	uint8_t disk[WORLD_BLOCKS][BLOCK_BYTES];
	uint64_t statuses[BLOCK_STATUSES]; /* that clients were given, hostile ones too */
	uint64_t cleaned;                  /* bytes */
	uint64_t put, foreign; /* hostile requests: all; those that went to the disk */
	char why[200];         /* the first mistake, of anybody */
};

extern struct world world;
extern struct block_virt_counters world_counters;
extern struct block_virt_config world_config;

uint64_t world_draw(uint64_t below);
void world_fault(int line, const char *what);

#define WORLD_EXPECT(condition)                            \
	do {                                               \
		if (!(condition))                          \
			world_fault(__LINE__, #condition); \
	} while (0)

/* Everything anew, memory full of `fill`; all are started. */
void world_init(uint64_t seed, uint32_t capacity, int fill);

void world_start_virt(void);
void world_run_virt(void);
void world_start_driver(void);
void world_start_client(uint32_t number);

/* A random step of anybody who was signalled; new requests come now and then. */
void world_step(bool new_requests);

/* Lets all run until nobody is signalled any more. False if that does not end. */
bool world_settle(void);

/* Puts a request of an honest client; false if it cannot now. */
bool world_ask(uint32_t number, struct block_request request);
