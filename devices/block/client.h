/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client library of the block class: requests out, responses in.
 *
 *     static struct block_client disk;
 *
 *     init:      block_client_start(&disk, block_config)
 *     notified:  do { work(); } while (block_client_round(&disk));
 *     work():    while (block_client_response(&disk, &response))
 *                        what response.id has asked for is done, or response.status
 *                                says why not;
 *                if (disk.ready && block_client_request(&disk, &request))
 *                        it is on its way
 *
 * An id is a number below config->virt.capacity that no outstanding request has: an index
 * into a table of the caller's. Data are in the data region, from block_client_data(0) on;
 * queue.h says who may touch them when, and in which order requests take effect.
 *
 * The library begins with BLOCK_INFO, and says `ready` when it has the response: before
 * that nothing can be requested. `status`, `blocks`, `read_only` are what it said. If the
 * virtualiser starts anew, it does so again, and then each request that was outstanding gets
 * the response BLOCK_LOST. Signals are sent in block_client_round only, so any code may
 * put requests, in any entry point, as long as a round follows in it.
 *
 * What comes from the virtualiser is checked; what is wrong is counted and dropped.
 */
#pragma once

#include "../lib/signal.h"
#include "queue.h"

/* The client's configuration, set by the system file. Defined in the library. */
extern const struct block_client_config *block_config;

struct block_client {
	const struct block_client_config *config;
	bool ready;
	/* While ready: */
	bool read_only;
	enum block_status status; /* of the partition: BLOCK_OK, or why there is none */
	uint64_t blocks;          /* of the partition */

	/* The caller's: nobody waits for what is outstanding; answers wake nobody. */
	bool in_no_hurry;

	/* Private. */
	struct block_link link;
	struct signal_link signals[2];
	bool asked;                                    /* the INFO of this life is put */
	uint32_t info;                                 /* its id */
	uint64_t outstanding[BLOCK_CAPACITY_MAX / 64]; /* a bit for each id */
	uint64_t lost[BLOCK_CAPACITY_MAX / 64]; /* of these, those of a life before */
	struct {
		uint64_t requests;
		uint64_t restarts;      /* of the virtualiser */
		uint64_t bad_responses; /* to no request */
	} counters;
};

/*
 * Starts, or starts anew. Signals the virtualiser.
 * Borrows: config, for good. Ensures: false if the configuration is of another version
 * or cannot be; then nothing else may be called.
 */
bool block_client_start(struct block_client *client,
	const struct block_client_config *config) __attribute__((warn_unused_result));

/*
 * Puts a request. False, and nothing is done, if the library is not ready, there is no
 * room, or the id is too large or that of an outstanding request.
 */
bool block_client_request(struct block_client *client,
	const struct block_request *request) __attribute__((warn_unused_result));

/* Takes a response: of an outstanding request, once. False if there is none. */
bool block_client_response(struct block_client *client, struct block_response *response)
	__attribute__((warn_unused_result));

/*
 * Signals. Whether there may be more work; if not, the virtualiser will notify
 * (devices/lib/signal.h): of answers unless `in_no_hurry`, of a life anew always.
 */
bool block_client_round(struct block_client *client);

/* Where the data region has `where`. */
static inline uint8_t *block_client_data(
	const struct block_client *client, uint64_t where)
{
	return (uint8_t *)(uintptr_t)client->config->data_vaddr + where;
}
