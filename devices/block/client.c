/* SPDX-License-Identifier: BSD-2-Clause */
/* The client library of the block class; client.h is its manual. */
#include <string.h>

#include "client.h"

#define INFO 0x80000000u /* or a number: an id of the library's own */

__attribute__((used, section(".data")))
const struct block_client_config *block_config; /* set by the system file */

static bool bit(const uint64_t *bits, uint32_t id)
{
	return (bits[id / 64] >> id % 64 & 1u) != 0;
}

static void flip(uint64_t *bits, uint32_t id)
{
	bits[id / 64] ^= 1ull << id % 64;
}

bool block_client_start(
	struct block_client *client, const struct block_client_config *config)
{
	if (config->magic != BLOCK_CLIENT_MAGIC)
		return false;
	memset(client, 0, sizeof(*client));
	client->config = config;
	if (!block_link_start(&client->link, &config->virt, false))
		return false;
	/* Not the ids of the life before, of which nothing else is left. */
	client->info = (uint32_t)client->link.requests.generation << 12;
	client->signals[0] = (struct signal_link){ &client->link.responses,
		config->virt.channel, true };
	client->signals[1] = (struct signal_link){ &client->link.requests,
		config->virt.channel, true };
	signal_start(client->signals, 2);
	return true;
}

/* Looks at the virtualiser. */
static void look(struct block_client *client)
{
	if (block_link_restarted(&client->link)) {
		client->counters.restarts++;
		client->ready = false;
		client->asked = false;
		memcpy(client->lost, client->outstanding, sizeof(client->lost));
	}
	if (!client->asked && block_room(&client->link) != 0) {
		client->info = INFO | (client->info + 1u);
		client->asked = true;
		block_put_request(
			&client->link, &(struct block_request){ .operation = BLOCK_INFO,
					       .id = client->info });
	}
}

bool block_client_request(
	struct block_client *client, const struct block_request *request)
{
	uint32_t capacity = client->config->virt.capacity;
	if (!client->ready || request->id >= capacity ||
		bit(client->outstanding, request->id) || block_room(&client->link) == 0)
		return false;
	flip(client->outstanding, request->id);
	client->counters.requests++;
	block_put_request(&client->link, request);
	return true;
}

/* Whether a response that was taken is one to an outstanding request. */
static bool accept(struct block_client *client, const struct block_response *response)
{
	if (!client->ready) {
		/* One of an earlier life is none of our business. */
		if (client->asked && response->id == client->info) {
			client->ready = true;
			client->status = response->status < BLOCK_STATUSES
						 ? response->status
						 : BLOCK_FAILED;
			client->blocks = response->blocks;
			client->read_only = (response->flags & BLOCK_FLAG_READ_ONLY) != 0;
		}
		return false;
	}
	if (response->id < client->config->virt.capacity &&
		bit(client->outstanding, response->id) &&
		!bit(client->lost, response->id) && response->status < BLOCK_STATUSES)
		return true;
	client->counters.bad_responses++;
	return false;
}

/* Takes an id whose request was lost; false if there is none. */
static bool take_lost(struct block_client *client, struct block_response *response)
{
	for (uint32_t i = 0; i < BLOCK_CAPACITY_MAX / 64; i++)
		if (client->lost[i] != 0) {
			uint32_t id = i * 64 + (uint32_t)__builtin_ctzll(client->lost[i]);
			*response = (struct block_response){ .id = id,
				.status = BLOCK_LOST };
			flip(client->lost, id);
			return true;
		}
	return false;
}

bool block_client_response(struct block_client *client, struct block_response *response)
{
	bool found = false;
	if (block_left(&client->link) == 0)
		look(client);
	if (client->ready)
		found = take_lost(client, response);
	/* Ends: at most what is left, without another look. */
	while (!found && block_left(&client->link) != 0) {
		*response = block_take_response(&client->link);
		found = accept(client, response);
		if (!found && client->ready)
			found = take_lost(client, response);
	}
	if (!found)
		return false;
	flip(client->outstanding, response->id);
	return true;
}

bool block_client_round(struct block_client *client)
{
	client->signals[0].awaited = !client->ready || !client->in_no_hurry;
	client->signals[1].awaited = !client->asked || block_room(&client->link) == 0;
	return signal_round(client->signals, 2);
}
