/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Tx virtualiser: clients write lines by turns.
 *
 * A turn is the client's next line, or all that is in its queue if no line ends there
 * (queue.h). Where a turn ended without '\n' the line is `open`: it goes on if its
 * client has the next turn, and is ended here if another has. So nobody can keep the
 * device: a turn is never longer than a client's queue, and turns go round.
 *
 * What the virtualiser itself says (labels, ends of lines) is prepared in `text` and
 * goes out before any further byte of a client.
 *
 * With labels, what a client says must not look as if another had said it. So nothing
 * is let through that moves the cursor: no control characters but '\t', be they C0, DEL
 * or C1 (U+0080 to U+009F in UTF-8; a byte 0x80 to 0x9f alone). Without labels all bytes
 * pass as they are.
 */
#include <stddef.h>

#include <microkit.h>

#include "../lib/signal.h"
#include "counters.h"
#include "queue.h"

#define NOBODY SERIAL_CLIENTS_MAX
#define TEXT_BYTES (CONFIG_NAME_BYTES + 32u) /* end of a line, colour, name, ": " */
#define DRIVER 0u                            /* in `signals`; client n is n + 1 */
#define COLOURS 6u                           /* red to cyan */

enum { LABELS_NONE, LABELS_NAMES, LABELS_COLOURS };

static struct {
	const struct serial_virt_tx_config *config;
	struct serial_virt_tx_counters *counters;
	struct serial_queue driver;
	struct serial_queue clients[SERIAL_CLIENTS_MAX];
	uint32_t restarts[SERIAL_CLIENTS_MAX]; /* of the client's queue, as last seen */
	uint32_t driver_restarts;
	struct signal_link signals[1u + SERIAL_CLIENTS_MAX];
	uint32_t turn;      /* whose turn it is, or was last */
	uint32_t left;      /* bytes of the turn, at most; 0: the turn is over */
	uint32_t open;      /* whose line has begun and not ended; or NOBODY */
	uint8_t last;       /* byte of the line: 0 at its start */
	uint32_t text_end;  /* bytes in text */
	uint32_t text_sent; /* of them, <= text_end */
	char text[TEXT_BYTES];
} virt;

__attribute__((used, section(".data")))
const struct serial_virt_tx_config *serial_virt_tx_config; /* set by the system file */

/* ---- What the virtualiser says itself ---- */

static void say(const char *text)
{
	for (; *text != '\0' && virt.text_end < TEXT_BYTES; text++)
		virt.text[virt.text_end++] = *text;
}

static void begin_line(uint32_t client)
{
	char colour[] = "\033[31m";

	virt.open = client;
	virt.last = 0;
	if (virt.config->labels == LABELS_NAMES) {
		say(virt.config->clients[client].name);
		say(": ");
	} else if (virt.config->labels == LABELS_COLOURS) {
		colour[3] = (char)('1' + client % COLOURS);
		say(colour);
	}
}

static void end_line(void)
{
	virt.open = NOBODY;
	say(virt.config->labels == LABELS_COLOURS ? "\033[m\n" : "\n");
}

static void cut_line(void)
{
	virt.counters->cut++;
	end_line();
}

static bool has_text(void)
{
	if (virt.text_sent < virt.text_end)
		return true;
	virt.text_end = 0;
	virt.text_sent = 0;
	return false;
}

/* ---- Restarts ---- */

/* After each look at a client's queue: a client that starts anew begins a new line. */
static void settle_client(uint32_t client)
{
	if (virt.clients[client].queue.restarts == virt.restarts[client])
		return;
	virt.restarts[client] = virt.clients[client].queue.restarts;
	virt.counters->starts++;
	if (virt.turn == client)
		virt.left = 0;
	if (virt.open == client)
		cut_line();
}

/* A driver that starts anew has lost the end of what it had, perhaps of a line. */
static void settle_driver(void)
{
	if (virt.driver.queue.restarts == virt.driver_restarts)
		return;
	virt.driver_restarts = virt.driver.queue.restarts;
	virt.counters->starts++;
	virt.text_end = 0;
	virt.text_sent = 0;
	if (virt.counters->bytes != 0)
		cut_line();
	if (virt.left != 0)
		begin_line(virt.turn);
}

/* ---- Turns ---- */

/* Gives the next client that has something its turn; false if there is nothing to say. */
static bool begin_turn(void)
{
	for (uint32_t i = 1; i <= virt.config->num_clients; i++) {
		uint32_t client = (virt.turn + i) % virt.config->num_clients;
		uint32_t count = queue_refresh(&virt.clients[client].queue);

		settle_client(client);
		if (count == 0)
			continue;
		virt.turn = client;
		virt.left = count;
		if (virt.open != client) {
			if (virt.open != NOBODY)
				cut_line();
			begin_line(client);
		}
		return true;
	}
	return has_text(); /* the end of a line, of a client that has started anew */
}

static uint8_t harmless(uint8_t byte)
{
	bool c0 = (byte < 0x20 && byte != '\t') || byte == 0x7f;
	bool c1 = byte >= 0x80 && byte < 0xa0 && (virt.last < 0x80 || virt.last == 0xc2);

	if (virt.config->labels != LABELS_NONE && (c0 || c1)) {
		virt.counters->replaced++;
		byte = '?';
	}
	virt.last = byte;
	return byte;
}

static void put(uint8_t byte)
{
	if (serial_put(&virt.driver, byte))
		virt.counters->bytes++;
}

/* Passes a byte of the turn on. Requires: the driver's queue has room. */
static void pass(void)
{
	uint8_t byte;

	if (!serial_take(&virt.clients[virt.turn], &byte)) {
		virt.left = 0; /* cut off */
	} else if (byte == '\n') {
		virt.left = 0;
		virt.counters->lines++;
		end_line();
	} else {
		virt.left--;
		put(harmless(byte));
	}
}

/*
 * Fills the driver's queue, as far as it had room at one look. A round that puts nothing
 * there is followed by one that does, so rounds are bounded by the room.
 */
static void work(void)
{
	struct queue *driver = &virt.driver.queue;
	bool full = false;

	(void)queue_refresh(driver);
	settle_driver();
	settle_client(virt.turn);
	while (!full && (has_text() || virt.left != 0 || begin_turn())) {
		full = driver->limit == driver->index;
		if (!full && has_text())
			put((uint8_t)virt.text[virt.text_sent++]);
		else if (!full)
			pass();
	}
	virt.signals[DRIVER].awaited = full;
}

static void count_faults(void)
{
	uint64_t faults = virt.driver.queue.faults;

	for (uint32_t i = 0; i < virt.config->num_clients; i++)
		faults += virt.clients[i].queue.faults;
	virt.counters->peer_faults = faults;
}

void init(void)
{
	const struct serial_virt_tx_config *config = serial_virt_tx_config;

	if (config == NULL || config->magic != SERIAL_VIRT_TX_MAGIC ||
		config->num_clients > SERIAL_CLIENTS_MAX)
		__builtin_trap();
	virt.config = config;
	virt.counters = (struct serial_virt_tx_counters *)(uintptr_t)config->counters;
	virt.open = NOBODY;
	if (virt.counters->bytes != 0) /* of a life before: a line may be open */
		end_line();
	bool good = serial_produce(&virt.driver, &config->driver);
	virt.signals[DRIVER] = (struct signal_link){ &virt.driver.queue,
		config->driver.channel, false };
	for (uint32_t i = 0; i < config->num_clients; i++) {
		const struct serial_link_config *link = &config->clients[i].link;
		good = good && serial_consume(&virt.clients[i], link);
		virt.signals[1 + i] = (struct signal_link){ &virt.clients[i].queue,
			link->channel, true };
	}
	if (!good)
		__builtin_trap();
	signal_start(virt.signals, 1 + config->num_clients);
}

void notified(microkit_channel ch)
{
	(void)ch;
	do {
		work();
	} while (signal_round(virt.signals, 1 + virt.config->num_clients));
	count_faults();
}
