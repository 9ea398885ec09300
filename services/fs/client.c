/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client library of a file system, the part that never waits; client.h is its manual.
 *
 * An id is our life << 24 | sequence << 5 | slot: no completion of another command, or
 * of an earlier life, is taken for this one's.
 */
#include <string.h>

#include "client.h"

#define SLOT_BITS 5u
#define SEQUENCE_MASK 0x7ffffu
#define BUFFER_ALIGN_BYTES 64u

_Static_assert(FS_CAPACITY_MAX <= 1u << SLOT_BITS, "a slot's number has room in an id");

__attribute__((used, section(".data")))
const struct fs_client_config *fs_config; /* set by the system file */

bool fs_client_start(struct fs_client *client, const struct fs_client_config *config)
{
	uint64_t buffer_bytes;
	if (config->magic != FS_CLIENT_MAGIC)
		return false;
	memset(client, 0, sizeof(*client));
	client->config = config;
	if (!fs_link_start(&client->link, &config->server, false))
		return false;
	buffer_bytes = config->data_bytes / config->server.capacity;
	client->buffer_bytes = (uint32_t)(buffer_bytes -
					  buffer_bytes % BUFFER_ALIGN_BYTES);
	client->signals[0] = (struct signal_link){ &client->link.completions,
		config->server.channel, true };
	client->signals[1] = (struct signal_link){ &client->link.commands,
		config->server.channel, true };
	signal_start(client->signals, 2);
	return true;
}

/* ---- Looking at the server ---- */

static void lose(struct fs_client *client)
{
	client->counters.restarts++;
	for (uint32_t i = 0; i < client->config->server.capacity; i++) {
		struct fs_slot *slot = &client->slots[i];
		if (slot->state != FS_SLOT_OUTSTANDING)
			continue;
		slot->state = FS_SLOT_DONE;
		slot->completion = (struct fs_completion){ .status = FS_LOST };
	}
}

static void accept(struct fs_client *client, const struct fs_completion *completion)
{
	struct fs_slot *slot = &client->slots[completion->id & (FS_CAPACITY_MAX - 1u)];
	if (slot->state != FS_SLOT_OUTSTANDING || slot->id != completion->id ||
		completion->status >= FS_STATUSES || completion->bytes > slot->bytes) {
		client->counters.bad_completions++;
		return;
	}
	slot->state = FS_SLOT_DONE;
	slot->completion = *completion;
}

static void look(struct fs_client *client)
{
	if (fs_link_restarted(&client->link))
		lose(client);
	for (uint32_t left = fs_left(&client->link); left != 0; left--) {
		struct fs_completion completion = fs_take_completion(&client->link);
		accept(client, &completion);
	}
}

/* ---- Slots ---- */

bool fs_client_take(struct fs_client *client, uint32_t *slot)
{
	for (uint32_t i = 0; i < client->config->server.capacity; i++)
		if (client->slots[i].state == FS_SLOT_FREE) {
			client->slots[i].state = FS_SLOT_TAKEN;
			*slot = i;
			return true;
		}
	return false;
}

static uint64_t where_is(const struct fs_client *client, uint32_t slot)
{
	return (uint64_t)slot * client->buffer_bytes;
}

uint8_t *fs_client_buffer(const struct fs_client *client, uint32_t slot)
{
	return (uint8_t *)(uintptr_t)client->config->data_vaddr + where_is(client, slot);
}

bool fs_client_submit(
	struct fs_client *client, uint32_t slot, const struct fs_command *command)
{
	struct fs_slot *mine = &client->slots[slot];
	struct fs_command copy = *command;
	look(client);
	if (fs_room(&client->link) == 0)
		return false;
	client->sequence = (client->sequence + 1u) & SEQUENCE_MASK;
	copy.id = (uint32_t)client->link.commands.generation << 24 |
		  client->sequence << SLOT_BITS | slot;
	copy.where += where_is(client, slot);
	copy.path_to += where_is(client, slot);
	mine->id = copy.id;
	mine->bytes = copy.bytes;
	mine->state = FS_SLOT_OUTSTANDING;
	client->counters.commands++;
	fs_put_command(&client->link, &copy);
	return true;
}

bool fs_client_done(
	struct fs_client *client, uint32_t slot, struct fs_completion *completion)
{
	if (client->slots[slot].state == FS_SLOT_OUTSTANDING)
		look(client);
	if (client->slots[slot].state != FS_SLOT_DONE)
		return false;
	*completion = client->slots[slot].completion;
	return true;
}

void fs_client_give(struct fs_client *client, uint32_t slot)
{
	client->slots[slot].state = FS_SLOT_FREE;
}

bool fs_client_round(struct fs_client *client)
{
	client->signals[1].awaited = fs_room(&client->link) == 0;
	return signal_round(client->signals, 2);
}
