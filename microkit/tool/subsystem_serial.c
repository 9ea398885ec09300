/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <serial>: a driver, a virtualiser each way, two queues per client.
 *
 *     client --tx--> virt_tx --tx--> driver        virt_rx --console--> virt_tx
 *     client <--rx-- virt_rx <--rx-- driver
 */
#include <devices/serial/config.h>
#include <devices/serial/queue.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "list.h"
#include "subsystem.h"

static const char *const labels[] = { "none", "names", "colours" };
#define NUM_LABELS (sizeof(labels) / sizeof(labels[0]))

/* One queue and the channel between its ends: producer first. */
static bool make_link(struct expansion *x, const struct position *at, const char *name,
	const size_t pds[2], struct serial_link_config *const ends[2], uint64_t capacity)
{
	size_t region = subsystem_region(
		x, at, name, sizeof(struct serial_ring) + capacity);
	uint32_t ids[2];

	if (!subsystem_channel(x, at, pds, ids))
		return false;
	x->system->regions[region].link = x->system->num_channels;
	for (int i = 0; i < 2; i++)
		*ends[i] = (struct serial_link_config){
			.ring = subsystem_map(x, pds[i], region, PERM_R | PERM_W, true),
			.capacity = (uint32_t)capacity,
			.channel = ids[i]
		};
	return true;
}

static bool judge(struct expansion *x, const struct subsystem *serial, uint32_t *label)
{
	bool good = true;

	for (*label = 0; serial->labels && *label < NUM_LABELS; ++*label)
		if (strcmp(labels[*label], serial->labels) == 0)
			break;
	if (*label == NUM_LABELS) {
		good = false;
		SUBSYSTEM_ERROR(x, &serial->at,
			"serial_labels: labels is none, names or colours",
			"write one of them", "labels=\"%s\"", serial->labels);
	}
	if (!subsystem_is_capacity(serial->capacity, 1, QUEUE_CAPACITY_MAX)) {
		good = false;
		SUBSYSTEM_ERROR(x, &serial->at,
			"serial_capacity: a queue's capacity is a power of two, at most "
			"32768",
			"write for example capacity=\"2048\"", "capacity is %" PRIu64,
			serial->capacity);
	}
	return good;
}

/* What the three components are told; one struct, for it is large. */
struct serial {
	struct driver device;
	size_t virt_tx, virt_rx; /* PDs */
	struct serial_driver_config driver;
	struct serial_virt_tx_config tx;
	struct serial_virt_rx_config rx;
};

static bool make_components(
	struct expansion *x, const struct subsystem *element, struct serial *serial)
{
	uint64_t capacity = element->capacity;

	if (!subsystem_driver(x, element, "serial", &serial->device))
		return false;
	serial->virt_tx = subsystem_pd(x, element, "serial_virt_tx", "serial_virt_tx.elf",
		element->virt_tx_priority);
	serial->virt_rx = subsystem_pd(x, element, "serial_virt_rx", "serial_virt_rx.elf",
		element->virt_rx_priority);
	serial->driver.irq = serial->device.irq;
	serial->driver.registers = serial->device.registers;
	serial->driver.dma_vaddr = serial->device.dma_vaddr;
	serial->driver.dma_paddr = serial->device.dma_paddr;
	serial->driver.dma_bytes = serial->device.device.dma_bytes;
	serial->driver.counters = subsystem_counters(x, serial->device.pd);
	serial->tx.counters = subsystem_counters(x, serial->virt_tx);
	serial->rx.counters = subsystem_counters(x, serial->virt_rx);
	return make_link(x, &element->at, "serial_driver_tx",
		       (size_t[2]){ serial->virt_tx, serial->device.pd },
		       (struct serial_link_config *[2]){
			       &serial->tx.driver, &serial->driver.tx },
		       capacity) &&
	       make_link(x, &element->at, "serial_driver_rx",
		       (size_t[2]){ serial->device.pd, serial->virt_rx },
		       (struct serial_link_config *[2]){
			       &serial->driver.rx, &serial->rx.driver },
		       capacity);
}

static void name_client(struct serial_virt_client *client, const char *name)
{
	snprintf(client->name, sizeof(client->name), "%s", name);
}

static bool make_client(struct expansion *x, struct serial *serial,
	const struct subsystem_client *client, uint64_t capacity)
{
	const char *name = x->system->pds[client->pd].name;
	struct serial_client_config own = { .magic = SERIAL_CLIENT_MAGIC };
	struct serial_virt_client *tx = &serial->tx.clients[serial->tx.num_clients++];

	name_client(tx, name);
	if (!make_link(x, &client->at, subsystem_text("%s_serial_tx", name),
		    (size_t[2]){ client->pd, serial->virt_tx },
		    (struct serial_link_config *[2]){ &own.tx, &tx->link }, capacity))
		return false;
	if (client->input) {
		struct serial_virt_client *rx =
			&serial->rx.clients[serial->rx.num_clients++];

		name_client(rx, name);
		if (!make_link(x, &client->at, subsystem_text("%s_serial_rx", name),
			    (size_t[2]){ serial->virt_rx, client->pd },
			    (struct serial_link_config *[2]){ &rx->link, &own.rx },
			    capacity))
			return false;
	}
	subsystem_blob(x, &client->at, client->pd,
		subsystem_text("%s_serial_config", name), "serial_config", &own,
		sizeof(own));
	return true;
}

static bool make_console(
	struct expansion *x, const struct subsystem *element, struct serial *serial)
{
	struct serial_virt_client *tx = &serial->tx.clients[serial->tx.num_clients++];

	name_client(tx, "serial_virt_rx");
	return make_link(x, &element->at, "serial_console",
		(size_t[2]){ serial->virt_rx, serial->virt_tx },
		(struct serial_link_config *[2]){ &serial->rx.console, &tx->link },
		element->capacity);
}

void subsystem_serial(struct expansion *x, struct subsystem *element)
{
	struct serial *serial = list_allocate(sizeof(*serial));
	bool good = judge(x, element, &serial->tx.labels) &&
		    make_components(x, element, serial);

	serial->driver.magic = SERIAL_DRIVER_MAGIC;
	serial->tx.magic = SERIAL_VIRT_TX_MAGIC;
	serial->rx.magic = SERIAL_VIRT_RX_MAGIC;
	for (size_t i = 0; good && i < element->num_clients; i++)
		good = make_client(x, serial, &element->clients[i], element->capacity);
	if (!good || !make_console(x, element, serial))
		return;
	subsystem_blob(x, &element->at, serial->device.pd, "serial_driver_config",
		"serial_driver_config", &serial->driver, sizeof(serial->driver));
	subsystem_blob(x, &element->at, serial->virt_tx, "serial_virt_tx_config",
		"serial_virt_tx_config", &serial->tx, sizeof(serial->tx));
	subsystem_blob(x, &element->at, serial->virt_rx, "serial_virt_rx_config",
		"serial_virt_rx_config", &serial->rx, sizeof(serial->rx));
}
