/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line is written into the queue's free slots and handed over when it ends.
 *
 * Invariant: `staged` slots from the own index on are written and not handed over;
 * staged <= limit - index.
 */
#include "client.h"

static struct {
	struct serial_queue tx;
	struct serial_queue rx;
	bool has_rx;
	uint32_t staged;
	bool open;        /* the last byte written was no '\n' */
	bool torn;        /* something was dropped after it */
	uint64_t dropped; /* bytes */
} client;

__attribute__((used, section(".data")))
const struct serial_client_config *serial_config; /* set by the system file */

void serial_init(void)
{
	const struct serial_client_config *config = serial_config;

	if (config == NULL || config->magic != SERIAL_CLIENT_MAGIC)
		__builtin_trap();
	client.has_rx = config->rx.ring != CONFIG_NOT_MAPPED;
	if (!serial_produce(&client.tx, &config->tx) ||
		(client.has_rx && !serial_consume(&client.rx, &config->rx)))
		__builtin_trap();
	microkit_notify(config->tx.channel);
	if (client.has_rx)
		microkit_notify(config->rx.channel);
}

/* ---- Writing ---- */

void serial_flush(void)
{
	if (client.staged == 0)
		return;
	queue_advance(&client.tx.queue, client.staged);
	client.staged = 0;
	/* Partner: the fence in virt_tx's signal_round. */
	shared_fence();
	if (queue_wanted(&client.tx.queue))
		microkit_notify(serial_config->tx.channel);
}

/*
 * Looks at virt_tx. If it has started anew or is cut off, what is staged is lost.
 * Returns whether there is room behind what is staged.
 */
static bool look(void)
{
	struct queue *queue = &client.tx.queue;
	uint32_t restarts = queue->restarts;
	uint32_t room = queue_refresh(queue);

	if (room < client.staged || queue->restarts != restarts)
		client.staged = 0;
	return room > client.staged;
}

/*
 * Looks for room behind what is staged; if there is none, asks for a signal. A line that
 * fills the whole queue is longer than that, and goes out in pieces.
 */
static bool make_room(void)
{
	if (client.staged == client.tx.queue.capacity)
		serial_flush();
	if (look())
		return true;
	queue_ask(&client.tx.queue);
	/* Partner: the fence in virt_tx's signal_round. */
	shared_fence();
	return look();
}

size_t serial_write(const void *data, size_t bytes)
{
	const uint8_t *from = data;
	struct queue *queue = &client.tx.queue;
	size_t done = 0;

	(void)look();
	while (done < bytes &&
		(client.staged < queue->limit - queue->index || make_room())) {
		uint8_t byte = from[done++];

		client.tx.bytes[queue_slot(queue, client.staged)] = byte;
		client.staged++;
		client.open = byte != '\n';
		if (!client.open)
			serial_flush();
	}
	return done;
}

/* Writes, or drops and counts. A line that lost its end is ended before the next one. */
void serial_print(const char *text, size_t bytes)
{
	size_t done = 0;

	if (client.torn && (!client.open || serial_write("\n", 1) == 1))
		client.torn = false;
	if (!client.torn)
		done = serial_write(text, bytes);
	if (done < bytes) {
		client.dropped += bytes - done;
		client.torn = true;
	}
}

void serial_puts(const char *text)
{
	size_t bytes = 0;

	while (text[bytes] != '\0')
		bytes++;
	serial_print(text, bytes);
}

uint64_t serial_dropped(void)
{
	return client.dropped;
}

bool serial_drained(void)
{
	struct queue *queue = &client.tx.queue;

	if (queue_refresh(queue) == queue->capacity)
		return true;
	queue_ask(queue);
	/* Partner: the fence in virt_tx's signal_round. */
	shared_fence();
	return queue_refresh(queue) == queue->capacity;
}

uint32_t serial_restarts(void)
{
	(void)look();
	return client.tx.queue.restarts;
}

/* ---- Reading ---- */

static size_t take(uint8_t *to, size_t bytes)
{
	size_t done = 0;

	(void)queue_refresh(&client.rx.queue);
	while (done < bytes && serial_take(&client.rx, &to[done]))
		done++;
	return done;
}

size_t serial_read(void *data, size_t bytes)
{
	uint8_t *to = data;
	size_t done;

	if (!client.has_rx)
		return 0;
	done = take(to, bytes);
	if (done == bytes)
		return done;
	queue_ask(&client.rx.queue);
	/* Partner: the fence in virt_rx's signal_round. */
	shared_fence();
	return done + take(to + done, bytes - done);
}
