/* SPDX-License-Identifier: BSD-2-Clause */
#include "parts.h"

#include <string.h>

#include "../client.c"

void client_start(void)
{
	memset(&client, 0, sizeof(client));
	serial_init();
}

struct queue *client_tx(void)
{
	return &client.tx.queue;
}

struct queue *client_rx(void)
{
	return &client.rx.queue;
}

bool client_invariant(void)
{
	const struct queue *queue = &client.tx.queue;

	return client.staged <= queue->limit - queue->index;
}
