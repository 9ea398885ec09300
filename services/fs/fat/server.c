/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clients: taking their commands in turn, a step each, and completing them.
 *
 * A command is taken only if there is room for its completion, and a client has one command
 * in hand, so a completion finds no room only if the client has meddled or started anew.
 */
#include <string.h>

#include "server.h"

struct server server;

bool server_start(const struct fs_server_config *config)
{
	if (config->magic != FS_SERVER_MAGIC || config->num_clients > FS_CLIENTS_MAX)
		return false;
	memset(&server, 0, sizeof(server));
	server.config = config;
	server.counters = (struct fs_server_counters *)(uintptr_t)config->counters;
	for (uint32_t i = 0; i < config->num_clients; i++) {
		struct client *client = &server.clients[i];
		client->config = &config->clients[i];
		if (client->config->handles > FS_HANDLES_MAX ||
			!fs_link_start(&client->link, &client->config->link, true))
			return false;
		microkit_channel channel = client->config->link.channel;
		server.signals[2 * i] = (struct signal_link){ &client->link.commands,
			channel, true };
		server.signals[2 * i + 1] = (struct signal_link){
			&client->link.completions, channel, true
		};
	}
	signal_start(server.signals, 2 * config->num_clients);
	return f_mount(&server.volume, "", 0) == FR_OK; /* at the first command */
}

static void complete(struct client *client, struct fs_completion *completion)
{
	uint32_t i = (uint32_t)(client - server.clients);
	if (completion->status == FS_NOT_FOUND)
		server.counters->clients[i].missing++;
	else
		server.counters->clients[i].failed += completion->status != FS_OK;
	server.counters->clients[i].handles = client->num_handles;
	if (fs_room(&client->link) == 0) {
		server.counters->clients[i].dropped++;
		return;
	}
	completion->id = client->command.id;
	fs_put_completion(&client->link, completion);
}

/* Whether it has started anew, or did so before and has handles still. */
static bool is_leaving(struct client *client)
{
	if (fs_link_restarted(&client->link)) {
		server.counters->clients[client - server.clients].starts++;
		client->leaving = true;
	}
	return client->leaving;
}

/* One step for a client; false if it wants nothing. */
static bool serve(struct client *client)
{
	struct fs_completion completion = { .status = FS_OK };
	if (is_leaving(client)) {
		client->busy = false;
		operation_close_all(client);
		client->leaving = false;
		return true;
	}
	if (!client->busy) {
		if (fs_left(&client->link) == 0 || fs_room(&client->link) == 0)
			return false;
		client->command = fs_take_command(&client->link);
		client->busy = true;
		client->done = 0;
		client->size_then = UINT64_MAX;
		server.counters->clients[client - server.clients].commands++;
	}
	if (operation_step(client, &completion)) {
		client->busy = false;
		if (!is_leaving(client))
			complete(client, &completion);
	}
	return true;
}

bool server_pass(void)
{
	bool served = false;
	for (uint32_t i = 0; i < server.config->num_clients; i++) {
		served = serve(&server.clients[i]) || served;
		server.counters->clients[i].faults =
			server.clients[i].link.commands.faults +
			server.clients[i].link.completions.faults;
	}
	return served;
}

bool server_round(void)
{
	for (uint32_t i = 0; i < server.config->num_clients; i++)
		server.signals[2 * i + 1].awaited = fs_room(&server.clients[i].link) == 0;
	return signal_round(server.signals, 2 * server.config->num_clients);
}
