/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The block class: queues of requests to a disk, and of responses.
 *
 *     driver <===> virt <===> client
 *
 * Every double arrow is a link: two queues (devices/lib/queue.h) of one capacity and one
 * channel. `requests` go towards the device, `responses` come back. Both are in one region
 * that both ends map.
 *
 * A block has BLOCK_BYTES = 512 bytes: the unit of the partition table, of virtio, and of
 * most file systems. A client counts blocks from the start of its partition and names its
 * data by their offset in its data region; on the driver's link blocks count from the start
 * of the disk and data are named by device address. Only the virtualiser translates.
 *
 * Each request gets one response, with the id that the request had; responses come in any
 * order. A client chooses its ids and is told them back; nobody looks at them. A client
 * may have as many requests outstanding (put, response not taken) as the link's capacity:
 * who puts more while he leaves no room for responses waits.
 *
 *     operation      block, count   where    response
 *     BLOCK_READ     which blocks   of data  the data are in the data region
 *     BLOCK_WRITE    which blocks   of data  a later read gives these data
 *     BLOCK_FLUSH    -              -        what was written is on stable storage
 *     BLOCK_BARRIER  -              -        all requests put before it have a response
 *     BLOCK_INFO     -              -        the same; and `blocks`, BLOCK_FLAG_READ_ONLY
 *
 * Order. Reads and writes that are outstanding together take effect in any order. FLUSH,
 * BARRIER and INFO wait until every request that the same client has put before them has
 * its response, and no request that it puts after them begins earlier. So a flush covers
 * all writes put before it, answered or not; a barrier says nothing of stable storage. While
 * a flush is under way, what was put after it may be, too: who must not have that on the disk
 * without what was before waits for the response of the flush.
 * A FLUSH of a client that may not write does nothing. There is no order between clients.
 * On an error of a write, the blocks have their old data, the new or, each block for
 * itself, either; of a read, the data region has anything.
 *
 * Owners. The data region of an outstanding request is the device's: of a read it may not
 * be looked at, of a write not be changed (whoever does so harms his own data only).
 *
 * Restarts. An end that starts begins with the queue that it takes from, then the one that
 * it gives to (block_link_start). What was outstanding may still be done, and its responses
 * may still come: also in the new life. So an end that makes requests begins each life, its
 * own and that of the other end, with an INFO whose id differs from that of the last life,
 * and puts nothing more and ignores all responses until it has the response to that one.
 * After it, nothing of the old life is left, neither in the queues nor in the device. If
 * the other end has started anew, whether outstanding requests were done is not known:
 * the virtualiser puts them to the driver again, BLOCK_TRIES times in all; the client
 * library says BLOCK_LOST. To do a read or a write twice does no harm.
 */
#pragma once

#include "../lib/pair.h"
#include "config.h"

#define BLOCK_BYTES 512u
#define BLOCK_COUNT_MAX 256u  /* blocks of a request: 128 KiB */
#define BLOCK_ALIGN_BYTES 64u /* of `where`: a cache line has one owner */
#define BLOCK_TRIES 3u        /* how often a request is put to the driver at most */

enum block_operation {
	BLOCK_READ = 0,
	BLOCK_WRITE,
	BLOCK_FLUSH,
	BLOCK_BARRIER,
	BLOCK_INFO,
	BLOCK_OPERATIONS, /* how many there are */
};

enum block_status {
	BLOCK_OK = 0,
	/* The operation is none, count is 0 or above BLOCK_COUNT_MAX, or the data are not
	 * aligned or not within the data region. */
	BLOCK_BAD_REQUEST,
	BLOCK_OUT_OF_RANGE, /* There are no such blocks in the partition. */
	BLOCK_READ_ONLY, /* A write by a client that may not, or to a disk that cannot. */
	BLOCK_NO_DEVICE, /* There is no disk, or it has been given up. */
	BLOCK_FAILED,    /* The disk has tried and failed. */
	BLOCK_LOST,      /* It was lost on its way; whether it was done is not known. */
	BLOCK_NO_TABLE,  /* The disk has no partition table (MBR, GPT), or a bad one. */
	BLOCK_NO_PARTITION, /* The table has no such partition. */
	/* The partition is not within the disk, or it overlaps the table or another one. */
	BLOCK_BAD_PARTITION,
	BLOCK_UNSUPPORTED, /* The partition is an extended one, or a hybrid GPT's. */
	BLOCK_STATUSES,    /* how many there are */
};

struct block_request {
	uint64_t block; /* the first one */
	uint64_t where; /* offset of the data, or their device address */
	uint32_t count; /* of blocks */
	uint32_t operation;
	uint32_t id;
	uint32_t unused;
};

#define BLOCK_FLAG_READ_ONLY 1u

struct block_response {
	uint64_t blocks; /* INFO: how many there are; else 0 */
	uint32_t id;
	uint16_t status; /* enum block_status */
	uint16_t flags;  /* INFO: BLOCK_FLAG_*; else 0 */
};

/* What stands in the region of a link, where its block_link_config says. */
struct block_request_ring {
	struct queue_shared shared;
	struct block_request slots[]; /* capacity of the link */
};

struct block_response_ring {
	struct queue_shared shared;
	struct block_response slots[]; /* capacity of the link */
};

/* One end of a link, in private memory. Zero before block_link_start. */
struct block_link {
	struct queue requests;
	struct queue responses;
	struct block_request *request_slots;
	struct block_response *response_slots;
	struct pair_seen seen; /* as block_link_restarted last saw */
	bool serves;
};

/*
 * Starts this end, which `serves` (takes requests) or makes them. Its signal_start must
 * follow. Ensures: false if the capacity is none.
 */
static inline bool block_link_start(
	struct block_link *link, const struct block_link_config *config, bool serves)
{
	struct block_request_ring *requests = (struct block_request_ring *)(uintptr_t)
						      config->requests;
	struct block_response_ring *responses = (struct block_response_ring *)(uintptr_t)
							config->responses;
	uint32_t capacity = config->capacity;
	if (capacity > BLOCK_CAPACITY_MAX)
		return false;
	link->request_slots = requests->slots;
	link->response_slots = responses->slots;
	link->serves = serves;
	if (serves)
		return pair_start(&link->seen, &link->requests, &requests->shared,
			&link->responses, &responses->shared, capacity);
	return pair_start(&link->seen, &link->responses, &responses->shared,
		&link->requests, &requests->shared, capacity);
}

/*
 * Looks at both queues and says whether the other end has started anew since the last
 * call: once for each start, before anything of the new life is taken or put
 * (devices/lib/pair.h).
 */
static inline bool block_link_restarted(struct block_link *link)
{
	return link->serves
		       ? pair_restarted(&link->seen, &link->requests, &link->responses)
		       : pair_restarted(&link->seen, &link->responses, &link->requests);
}

/* How many slots can be taken without another look at the peer. */
static inline uint32_t block_left(const struct block_link *link)
{
	return pair_left(&link->seen, link->serves ? &link->requests : &link->responses);
}

/* How many can be put. */
static inline uint32_t block_room(const struct block_link *link)
{
	return pair_room(&link->seen, link->serves ? &link->responses : &link->requests);
}

/* The next request: untrusted, a copy, each word read once. Requires: block_left. */
static inline struct block_request block_peek_request(const struct block_link *link)
{
	const struct block_request *slot =
		&link->request_slots[queue_slot(&link->requests, 0)];
	return (struct block_request){
		.block = __atomic_load_n(&slot->block, __ATOMIC_RELAXED),
		.where = __atomic_load_n(&slot->where, __ATOMIC_RELAXED),
		.count = shared_load(&slot->count),
		.operation = shared_load(&slot->operation),
		.id = shared_load(&slot->id),
	};
}

/* Requires: block_room. */
static inline void block_put_request(
	struct block_link *link, const struct block_request *request)
{
	link->request_slots[queue_slot(&link->requests, 0)] = *request;
	queue_advance(&link->requests, 1);
}

/* The next response: untrusted, a copy. Requires: block_left. */
static inline struct block_response block_take_response(struct block_link *link)
{
	const struct block_response *slot =
		&link->response_slots[queue_slot(&link->responses, 0)];
	struct block_response response = {
		.blocks = __atomic_load_n(&slot->blocks, __ATOMIC_RELAXED),
		.id = shared_load(&slot->id),
		.status = __atomic_load_n(&slot->status, __ATOMIC_RELAXED),
		.flags = __atomic_load_n(&slot->flags, __ATOMIC_RELAXED),
	};
	queue_advance(&link->responses, 1);
	return response;
}

/* Requires: block_room. */
static inline void block_put_response(
	struct block_link *link, const struct block_response *response)
{
	link->response_slots[queue_slot(&link->responses, 0)] = *response;
	queue_advance(&link->responses, 1);
}
