/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration blobs and counters of the block class; see devices/lib/config.h and queue.h. */
#pragma once

#include "../lib/config.h"

#define BLOCK_CLIENTS_MAX 48u
#define BLOCK_PARTITIONS 4u /* primary entries of an MBR, the first ones of a GPT */
#define BLOCK_CAPACITY 32u /* of a client's link, unless the system file says otherwise */
#define BLOCK_CAPACITY_MAX 256u /* of any link */
#define BLOCK_DRIVER_CAPACITY \
	64u /* of the driver's link: requests in flight, all clients' */
#define BLOCK_DATA_BYTES 0x80000u /* of a client's data region, unless ... */
#define BLOCK_TABLE_BYTES 0x1000u /* where virt reads the partition table to */

#define BLOCK_DRIVER_MAGIC CONFIG_MAGIC('b', 'd', 'r', 1)
#define BLOCK_VIRT_MAGIC CONFIG_MAGIC('b', 'v', 't', 1)
#define BLOCK_CLIENT_MAGIC CONFIG_MAGIC('b', 'c', 'l', 1)

/* One end of a link: struct block_request_ring, struct block_response_ring of queue.h. */
struct block_link_config {
	uint64_t requests;  /* vaddr */
	uint64_t responses; /* vaddr */
	uint32_t capacity;  /* of both; a power of two, 1 to BLOCK_CAPACITY_MAX */
	uint32_t channel;
};

/* Pointed to by `block_driver_config`. It maps no data: the device alone has them. */
struct block_driver_config {
	uint32_t magic;
	uint32_t irq;
	uint64_t registers; /* vaddr of the device's first register */
	uint64_t dma_vaddr; /* memory for the device's own ring; driver and device only */
	uint64_t dma_paddr;
	uint64_t dma_bytes;
	uint64_t counters; /* vaddr of struct block_driver_counters, mapped for writing */
	struct block_link_config virt;
};

struct block_virt_client {
	struct block_link_config link;
	uint64_t data_vaddr; /* its data, read-only; CONFIG_NOT_MAPPED if coherent */
	uint64_t data_paddr;
	uint64_t data_bytes;
	uint32_t partition; /* 0 to BLOCK_PARTITIONS - 1 */
	uint32_t read_only; /* 1: its writes are refused */
};

/* Pointed to by `block_virt_config`. */
struct block_virt_config {
	uint32_t magic;
	uint32_t num_clients;
	uint32_t coherent; /* 1: the device sees the caches, no maintenance is needed */
	uint32_t unused;
	uint64_t table_vaddr; /* BLOCK_TABLE_BYTES, read-only: the device writes there */
	uint64_t table_paddr;
	uint64_t counters;               /* vaddr of struct block_virt_counters */
	struct block_link_config driver; /* capacity: BLOCK_DRIVER_CAPACITY */
	struct block_virt_client clients[BLOCK_CLIENTS_MAX];
};

/* Pointed to by `block_config`. */
struct block_client_config {
	uint32_t magic;
	uint32_t unused;
	uint64_t data_vaddr; /* its data region, shared with the device alone */
	uint64_t data_bytes;
	struct block_link_config virt;
};

/*
 * Counters: each component writes its own, in a region <component>_counters that any
 * PD may be given to read. Words that only count up (mod 2^64), but where it says
 * otherwise; a reader sees each word whole, but not all at the same moment.
 */
struct block_driver_counters {
	uint64_t reads, writes, flushes; /* given to the device */
	uint64_t failed;                 /* that the device said it could not do */
	uint64_t lost;                   /* with the device when it was reset */
	uint64_t resets;                 /* of the device, for what it did wrong */
	uint64_t interrupts;
	uint64_t bad_requests; /* from virt, refused */
	uint64_t peer_faults;  /* virt cut off: queue.faults. As it is now */
	uint64_t state;        /* enum block_driver_state. As it is now */
};

enum block_driver_state {
	BLOCK_DRIVER_RUNNING = 0,
	BLOCK_DRIVER_NO_DEVICE, /* there is none at these registers, or of another kind */
	BLOCK_DRIVER_REFUSED,   /* it does not offer what the driver needs */
	BLOCK_DRIVER_BROKEN,    /* it was reset too often in a row, or does not reset */
};

struct block_virt_counters {
	uint64_t requests;      /* put to the driver, the virtualiser's own among them */
	uint64_t retries;       /* of these, for what a reset or a restart had lost */
	uint64_t bad_responses; /* from the driver, for no request that it has */
	uint64_t restarts;      /* of the driver */
	uint64_t blocks;        /* of the disk. As it is now */
	uint64_t disk;          /* enum block_status of the disk. As it is now */
	struct {
		uint64_t requests;
		uint64_t blocks_read, blocks_written; /* asked for */
		uint64_t
			refused; /* requests answered with an error, by the virtualiser */
		uint64_t dropped; /* responses for which it had left no room */
		uint64_t faults;  /* times cut off: queue.faults. As it is now */
	} clients[BLOCK_CLIENTS_MAX];
};

_Static_assert(sizeof(struct block_virt_config) <= CONFIG_BYTES_MAX, "fits its page");
_Static_assert(sizeof(struct block_virt_counters) <= CONFIG_BYTES_MAX, "fits its page");
