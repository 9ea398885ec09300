/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FAT server's compiled code, FatFs and the client library in one program: clients that
 * talk to a server over real queues, and a disk that is an array.
 */
#pragma once

#include <services/fs/client.h>

#define RIG_CLIENTS 2u
#define RIG_CAPACITY 4u
#define RIG_HANDLES 6u
#define RIG_CACHE_BYTES_MAX 0x80000u

struct rig_disk {
	uint8_t *bytes;
	uint64_t blocks;
	uint64_t cache_bytes; /* random, up to RIG_CACHE_BYTES_MAX */
	bool read_only, absent;
	uint32_t fails; /* of 1000 transfers */
	uint64_t reads, writes, flushes;
	uint64_t begun;        /* reads ahead, which are among the reads */
	uint64_t begun_writes; /* writes behind, which are among the writes */
	bool begun_fail;       /* all of both */
	uint64_t blocks_written;
	uint64_t cut; /* power fails after so many blocks; 0: never */
	bool torn;    /* and of the last one half is written */
};

extern struct rig_disk rig_disk;
extern struct fs_client rig_clients[RIG_CLIENTS];
extern struct fs_server_counters rig_counters;
extern const bool rig_is_fat; /* or else littlefs */
extern uint64_t rig_time;     /* what fs_time says */

/* Starts server and clients anew on this disk. Borrows: the bytes. */
void rig_start(uint8_t *bytes, uint64_t size);

void rig_restart_client(uint32_t i);
void rig_restart_server(void);
void rig_set_read_only(uint32_t i, bool read_only);

/* Lets the server work until it has nothing to do; false if that takes too long. */
bool rig_settle(void);

uint32_t rig_random(void);
uint32_t rig_below(uint32_t n);
void rig_seed(uint64_t seed);

/* Reads a whole file of this machine; ends the program if it cannot. */
uint8_t *rig_load(const char *path, uint64_t *size);
void rig_save(const char *path, const uint8_t *bytes, uint64_t size);
