/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration blobs and counters of file systems; see devices/lib/config.h and queue.h. */
#pragma once

#include <devices/lib/config.h>

#define FS_CLIENTS_MAX 8u
#define FS_HANDLES 16u /* that a client may have, unless the system file says otherwise */
#define FS_HANDLES_MAX 64u
#define FS_CAPACITY 4u /* commands of a client's queue, unless ... */
#define FS_CAPACITY_MAX 32u
#define FS_DATA_BYTES 0x40000u /* of a client's data region, unless ... */

#define FS_CLIENT_MAGIC CONFIG_MAGIC('f', 'c', 'l', 1)
#define FS_SERVER_MAGIC CONFIG_MAGIC('f', 's', 'v', 1)

/* One end of a link: struct fs_command_ring, struct fs_completion_ring of queue.h. */
struct fs_link_config {
	uint64_t commands;    /* vaddr */
	uint64_t completions; /* vaddr */
	uint32_t capacity;    /* of both; a power of two, 1 to FS_CAPACITY_MAX */
	uint32_t channel;
};

/* Pointed to by `fs_config`. */
struct fs_client_config {
	uint32_t magic;
	uint32_t read_only;  /* 1: what would change something is refused */
	uint64_t data_vaddr; /* its data region, shared with the server alone */
	uint64_t data_bytes;
	struct fs_link_config server;
};

struct fs_server_client {
	struct fs_link_config link;
	uint64_t data_vaddr;
	uint64_t data_bytes;
	uint32_t handles;   /* that it may have: 1 to FS_HANDLES_MAX */
	uint32_t read_only; /* 1: what would change something is refused */
};

/* Pointed to by `fs_server_config`. */
struct fs_server_config {
	uint32_t magic;
	uint32_t num_clients;
	uint64_t counters; /* vaddr of struct fs_server_counters, mapped for writing */
	struct fs_server_client clients[FS_CLIENTS_MAX];
};

/*
 * Counters, which the server writes; any PD may be given the region to read. Words that
 * only count up (mod 2^64), but where it says otherwise.
 */
struct fs_server_counters {
	uint64_t blocks_read, blocks_written; /* of the disk */
	uint64_t flushes;                     /* of the disk */
	uint64_t cache_hits;                  /* blocks that needed no reading */
	uint64_t disk_retries;                /* requests that were lost and put again */
	uint64_t mounted; /* enum fs_status of the volume. As it is now */
	struct {
		uint64_t commands;
		uint64_t missing; /* of these, with FS_NOT_FOUND */
		uint64_t failed;  /* of these, with any other status than FS_OK */
		uint64_t bytes_read, bytes_written;
		uint64_t starts;  /* of the client; what handles it had were closed */
		uint64_t dropped; /* completions for which it had left no room */
		uint64_t faults;  /* times cut off: queue.faults. As it is now */
		uint64_t handles; /* that it has. As it is now */
	} clients[FS_CLIENTS_MAX];
};

_Static_assert(sizeof(struct fs_server_config) <= CONFIG_BYTES_MAX, "fits its page");
_Static_assert(sizeof(struct fs_server_counters) <= CONFIG_BYTES_MAX, "fits its page");
