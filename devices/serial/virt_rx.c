/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Rx virtualiser: one client has the input, an escape character switches.
 *
 *     ESCAPE key       the client of that key has the input from now on
 *     ESCAPE ESCAPE    the escape character itself, to the client
 *     ESCAPE other     lists keys and clients
 *
 * Keys are '0' to '9', then 'a' to 'z', then 'A' to 'L', in the order of the
 * configuration. Client '0' has the input at the start. What the virtualiser says goes
 * to the Tx virtualiser like any client's lines.
 */
#include <stddef.h>

#include <microkit.h>

#include "../lib/signal.h"
#include "counters.h"
#include "queue.h"

#define ESCAPE 0x1cu                         /* Ctrl-\ */
#define TEXT_BYTES (CONFIG_NAME_BYTES + 32u) /* key, name, " has the input", '\n' */
enum { DRIVER, CONSOLE, CLIENTS };           /* in `signals` */

static const char keys[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";
_Static_assert(sizeof(keys) > SERIAL_CLIENTS_MAX, "every client has a key");

static struct {
	const struct serial_virt_rx_config *config;
	struct serial_virt_rx_counters *counters;
	struct serial_queue driver;
	struct serial_queue console;
	struct serial_queue clients[SERIAL_CLIENTS_MAX];
	struct signal_link signals[CLIENTS + SERIAL_CLIENTS_MAX];
	uint32_t active; /* who has the input */
	bool escaped;    /* the last byte was ESCAPE */
	/* Clients of which a line is still to be said: from `describe` to before `until`. */
	uint32_t describe;
	uint32_t until;
	uint32_t text_end;  /* bytes in text */
	uint32_t text_sent; /* of them, <= text_end */
	char text[TEXT_BYTES];
} virt;

__attribute__((used, section(".data")))
const struct serial_virt_rx_config *serial_virt_rx_config; /* set by the system file */

/* ---- What the virtualiser says ---- */

static void say(const char *text)
{
	for (; *text != '\0' && virt.text_end < TEXT_BYTES; text++)
		virt.text[virt.text_end++] = *text;
}

/* Prepares the next line; false if nothing is to be said. */
static bool next_line(void)
{
	char key[] = "? ";

	virt.text_end = 0;
	virt.text_sent = 0;
	if (virt.describe >= virt.until)
		return false;
	key[0] = keys[virt.describe];
	say(key);
	say(virt.config->clients[virt.describe].name);
	say(virt.describe == virt.active ? " has the input\n" : "\n");
	virt.describe++;
	return true;
}

static bool has_text(void)
{
	return virt.text_sent < virt.text_end || next_line();
}

/* As far as the console's queue has room. */
static void speak(void)
{
	if (virt.config->console.ring == CONFIG_NOT_MAPPED)
		return;
	(void)queue_refresh(&virt.console.queue);
	while (has_text() &&
		serial_put(&virt.console, (uint8_t)virt.text[virt.text_sent]))
		virt.text_sent++;
	virt.signals[CONSOLE].awaited = has_text();
}

/* ---- Input ---- */

static void command(uint8_t byte)
{
	uint32_t client = 0;

	virt.counters->commands++;
	while (client < virt.config->num_clients && (uint8_t)keys[client] != byte)
		client++;
	if (client < virt.config->num_clients) {
		virt.active = client;
		virt.describe = client;
		virt.until = client + 1;
	} else {
		virt.describe = 0;
		virt.until = virt.config->num_clients;
	}
}

static void deliver(uint8_t byte)
{
	if (virt.active < virt.config->num_clients &&
		serial_put(&virt.clients[virt.active], byte))
		virt.counters->bytes++;
	else
		virt.counters->dropped++;
}

static void work(void)
{
	uint8_t byte;

	/* Who has started anew begins again with an empty queue. */
	for (uint32_t i = 0; i < virt.config->num_clients; i++)
		(void)queue_refresh(&virt.clients[i].queue);
	for (uint32_t left = queue_refresh(&virt.driver.queue); left > 0; left--) {
		if (!serial_take(&virt.driver, &byte))
			break;
		if (!virt.escaped && byte == ESCAPE) {
			virt.escaped = true;
		} else if (virt.escaped && byte != ESCAPE) {
			virt.escaped = false;
			command(byte);
		} else {
			virt.escaped = false;
			deliver(byte);
		}
	}
	speak();
}

static void count_faults(void)
{
	uint64_t faults = virt.driver.queue.faults + virt.console.queue.faults;

	for (uint32_t i = 0; i < virt.config->num_clients; i++)
		faults += virt.clients[i].queue.faults;
	virt.counters->peer_faults = faults;
}

/* ---- Entry points ---- */

void init(void)
{
	const struct serial_virt_rx_config *config = serial_virt_rx_config;
	bool good = true;

	if (config == NULL || config->magic != SERIAL_VIRT_RX_MAGIC ||
		config->num_clients > SERIAL_CLIENTS_MAX)
		__builtin_trap();
	virt.config = config;
	virt.counters = (struct serial_virt_rx_counters *)(uintptr_t)config->counters;
	good = serial_consume(&virt.driver, &config->driver);
	virt.signals[DRIVER] = (struct signal_link){ &virt.driver.queue,
		config->driver.channel, true };
	if (config->console.ring != CONFIG_NOT_MAPPED) {
		good = good && serial_produce(&virt.console, &config->console);
		virt.signals[CONSOLE] = (struct signal_link){ &virt.console.queue,
			config->console.channel, false };
	} else {
		virt.signals[CONSOLE] = virt.signals[DRIVER];
	}
	for (uint32_t i = 0; i < config->num_clients; i++) {
		const struct serial_link_config *link = &config->clients[i].link;
		good = good && serial_produce(&virt.clients[i], link);
		virt.signals[CLIENTS + i] = (struct signal_link){ &virt.clients[i].queue,
			link->channel, false };
	}
	if (!good)
		__builtin_trap();
	signal_start(virt.signals, CLIENTS + config->num_clients);
}

void notified(microkit_channel ch)
{
	(void)ch;
	do {
		work();
	} while (signal_round(virt.signals, CLIENTS + virt.config->num_clients));
	count_faults();
}
