/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <network>: a driver, a virtualiser each way, and a copier for each client that may
 * not see the device's buffers.
 *
 *     Rx:  driver <===> virt_rx <===> copier <===> client
 *     Tx:  driver <===> virt_tx <=================> client
 *
 * Who maps which buffers, besides the device:
 *
 *     network_rx_data          virt_rx, copiers, clients without copier   r
 *     <client>_network_rx_data its copier and the client                  rw
 *     <client>_network_tx_data the client                                 rw
 *                              virt_tx, if it must clean the caches       r
 *
 * The driver notifies every client of what it writes in the page network_carrier, which they
 * map to read; nobody notifies it on these channels.
 */
#include <devices/network/config.h>
#include <devices/network/queue.h>
#include <stdio.h>
#include <string.h>

#include <kernel/image.h>

#include "list.h"
#include "subsystem.h"

#define QUEUE_ALIGNMENT 64u

/* What the shared components are told; one struct, for it is large. */
struct network {
	const struct subsystem *element;
	struct driver device;
	size_t virt_rx, virt_tx; /* PDs */
	size_t rx_data;          /* region */
	size_t carrier;          /* likewise */
	struct network_driver_config driver;
	struct network_virt_rx_config rx;
	struct network_virt_tx_config tx;
};

/* A link to be: two PDs and what each is told of it. */
struct ends {
	size_t pds[2];
	struct network_link_config *configs[2];
};

static uint32_t power_of_two(uint64_t at_least)
{
	uint32_t power = 1;

	while (power < at_least)
		power *= 2;
	return power;
}

/* Both queues in one region; and a channel. */
static bool make_link(struct expansion *x, const struct position *at, const char *name,
	const struct ends *ends, uint64_t carried)
{
	uint32_t capacity = power_of_two(carried);
	uint64_t ring = sizeof(struct network_ring) + capacity * sizeof(uint64_t);
	size_t region;
	uint32_t ids[2];

	ring = (ring + QUEUE_ALIGNMENT - 1) / QUEUE_ALIGNMENT * QUEUE_ALIGNMENT;
	region = subsystem_region(x, at, name, 2 * ring);
	if (!subsystem_channel(x, at, ends->pds, ids))
		return false;
	x->system->regions[region].link = x->system->num_channels;
	for (int i = 0; i < 2; i++) {
		uint64_t vaddr = subsystem_map(
			x, ends->pds[i], region, PERM_R | PERM_W, true);

		*ends->configs[i] = (struct network_link_config){ .filled = vaddr,
			.free = vaddr + ring,
			.capacity = capacity,
			.channel = ids[i] };
	}
	return true;
}

static uint64_t tx_buffers(const struct subsystem *element)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < element->num_clients; i++)
		sum += element->clients[i].buffers;
	return sum;
}

/* A policy that needs the time is a client of the timer like others. */
static bool judge_clock(
	struct expansion *x, const struct subsystem *element, size_t virt_tx)
{
	const struct subsystem *timer = &x->system->subsystems[SUBSYSTEM_TIMER];

	if (timer->at.row || !subsystem_needs(x, virt_tx, "timer_config"))
		return true;
	SUBSYSTEM_ERROR(x, &element->at,
		"network_policy_timer: a policy that needs the time has a <timer>",
		"add <timer/>, or choose another policy", "policy=\"%s\"",
		element->policy);
	return false;
}

static bool make_components(struct expansion *x, struct network *net)
{
	const struct subsystem *element = net->element;
	const char *policy = element->policy ? element->policy : "round_robin";

	if (!subsystem_driver(x, element, "network", &net->device))
		return false;
	net->virt_rx = subsystem_pd(x, element, "network_virt_rx", "network_virt_rx.elf",
		element->virt_rx_priority);
	net->virt_tx = subsystem_pd(x, element, "network_virt_tx",
		subsystem_text("network_virt_tx_%s.elf", policy),
		element->virt_tx_priority);
	if (!judge_clock(x, element, net->virt_tx))
		return false;
	net->rx_data = subsystem_dma_region(x, &element->at, "network_rx_data",
		element->buffers * NETWORK_BUFFER_BYTES);
	if (net->rx_data == NONE)
		return false;
	return make_link(x, &element->at, "network_driver_rx",
		       &(struct ends){ { net->device.pd, net->virt_rx },
			       { &net->driver.rx, &net->rx.driver } },
		       element->buffers) &&
	       make_link(x, &element->at, "network_driver_tx",
		       &(struct ends){ { net->device.pd, net->virt_tx },
			       { &net->driver.tx, &net->tx.driver } },
		       tx_buffers(element));
}

static void configure_components(struct expansion *x, struct network *net)
{
	const struct driver *device = &net->device;
	uint32_t coherent = device->device.coherent;

	net->driver.magic = NETWORK_DRIVER_MAGIC;
	net->driver.irq = device->irq;
	net->driver.registers = device->registers;
	net->driver.dma_vaddr = device->dma_vaddr;
	net->driver.dma_paddr = device->dma_paddr;
	net->driver.dma_bytes = device->device.dma_bytes;
	net->driver.counters = subsystem_counters(x, device->pd);
	net->carrier = subsystem_region(
		x, &net->element->at, "network_carrier", PAGE_BYTES);
	net->driver.carrier = subsystem_map(
		x, device->pd, net->carrier, PERM_R | PERM_W, true);
	net->rx.magic = NETWORK_VIRT_RX_MAGIC;
	net->rx.data_vaddr = subsystem_map(x, net->virt_rx, net->rx_data, PERM_R, true);
	net->rx.data_paddr = x->system->regions[net->rx_data].paddr;
	net->rx.buffers = (uint32_t)net->element->buffers;
	net->rx.coherent = coherent;
	net->rx.counters = subsystem_counters(x, net->virt_rx);
	net->tx.magic = NETWORK_VIRT_TX_MAGIC;
	net->tx.coherent = coherent;
	net->tx.counters = subsystem_counters(x, net->virt_tx);
}

/*
 * The copier, its own Rx data, and what it stands between. It runs before its client and
 * apart from others of the client's priority, so the kernel need not take turns.
 */
static bool make_copier(struct expansion *x, struct network *net,
	const struct subsystem_client *client, struct network_virt_rx_client *virt,
	struct network_client_config *own)
{
	const char *name = x->system->pds[client->pd].name;
	const char *copier_name = subsystem_text("network_copy_%s", name);
	struct network_copy_config config = { .magic = NETWORK_COPY_MAGIC,
		.device_buffers = (uint32_t)net->element->buffers,
		.client_buffers = (uint32_t)client->buffers };
	size_t copier = subsystem_pd(x, net->element, copier_name, "network_copy.elf",
		x->system->pds[client->pd].priority + 1);
	size_t data = subsystem_region(x, &client->at,
		subsystem_text("%s_network_rx_data", name),
		client->buffers * NETWORK_BUFFER_BYTES);
	struct pd *pd = &x->system->pds[copier];

	pd->at = client->at;
	pd->image_at = client->at;
	pd->core = x->system->pds[client->pd].core;
	pd->domain_name = x->system->pds[client->pd].domain_name;
	config.device_vaddr = subsystem_map(x, copier, net->rx_data, PERM_R, true);
	config.client_vaddr = subsystem_map(x, copier, data, PERM_R | PERM_W, true);
	config.counters = subsystem_counters(x, copier);
	own->rx_vaddr = subsystem_map(x, client->pd, data, PERM_R | PERM_W, true);
	own->rx_buffers = (uint32_t)client->buffers;
	own->copied = 1;
	if (!make_link(x, &client->at, subsystem_text("%s_rx", copier_name),
		    &(struct ends){
			    { net->virt_rx, copier }, { &virt->link, &config.virt } },
		    client->quota) ||
		!make_link(x, &client->at, subsystem_text("%s_network_rx", name),
			&(struct ends){
				{ copier, client->pd }, { &config.client, &own->rx } },
			client->buffers))
		return false;
	subsystem_blob(x, &client->at, copier, subsystem_text("%s_config", copier_name),
		"network_copy_config", &config, sizeof(config));
	return true;
}

/* Without copier: the client sees all that the device receives. */
static bool make_shared(struct expansion *x, struct network *net,
	const struct subsystem_client *client, struct network_virt_rx_client *virt,
	struct network_client_config *own)
{
	own->rx_vaddr = subsystem_map(x, client->pd, net->rx_data, PERM_R, true);
	own->rx_buffers = (uint32_t)net->element->buffers;
	return make_link(x, &client->at,
		subsystem_text("%s_network_rx", x->system->pds[client->pd].name),
		&(struct ends){ { net->virt_rx, client->pd }, { &virt->link, &own->rx } },
		client->quota);
}

static bool make_tx(struct expansion *x, struct network *net,
	const struct subsystem_client *client, struct network_client_config *own)
{
	const char *name = x->system->pds[client->pd].name;
	struct network_virt_tx_client *virt = &net->tx.clients[net->tx.num_clients++];
	size_t data = subsystem_dma_region(x, &client->at,
		subsystem_text("%s_network_tx_data", name),
		client->buffers * NETWORK_BUFFER_BYTES);

	if (data == NONE)
		return false;
	own->tx_vaddr = subsystem_map(x, client->pd, data, PERM_R | PERM_W, true);
	own->tx_buffers = (uint32_t)client->buffers;
	virt->data_vaddr = CONFIG_NOT_MAPPED;
	if (!net->device.device.coherent)
		virt->data_vaddr = subsystem_map(x, net->virt_tx, data, PERM_R, true);
	virt->data_paddr = x->system->regions[data].paddr;
	virt->buffers = (uint32_t)client->buffers;
	virt->parameter = (uint32_t)client->parameter;
	virt->burst = (uint32_t)client->burst;
	return make_link(x, &client->at, subsystem_text("%s_network_tx", name),
		&(struct ends){ { client->pd, net->virt_tx }, { &own->tx, &virt->link } },
		client->buffers);
}

/* What the client reads of the carrier, and the channel on which it is told to. */
static bool make_carrier(struct expansion *x, struct network *net,
	const struct subsystem_client *client, struct network_client_config *own)
{
	const size_t pds[] = { client->pd, net->device.pd };
	uint32_t ids[2];

	if (!subsystem_channel(x, &client->at, pds, ids))
		return false;
	x->system->channels[x->system->num_channels - 1].end[0].notify = false;
	net->driver.listeners |= 1ull << ids[1];
	own->carrier_channel = ids[0];
	own->carrier = subsystem_map(x, client->pd, net->carrier, PERM_R, true);
	return true;
}

static bool make_client(
	struct expansion *x, struct network *net, const struct subsystem_client *client)
{
	const char *name = x->system->pds[client->pd].name;
	struct network_virt_rx_client *virt = &net->rx.clients[net->rx.num_clients++];
	struct network_client_config own = { .magic = NETWORK_CLIENT_MAGIC,
		.ipv4_prefix = client->prefix,
		.has_address = client->address_text != NULL };

	memcpy(own.mac, client->mac, sizeof(own.mac));
	memcpy(own.ipv4, client->address, sizeof(own.ipv4));
	memcpy(own.gateway, client->gateway, sizeof(own.gateway));
	memcpy(own.dns, client->dns, sizeof(own.dns));
	snprintf(own.name, sizeof(own.name), "%s", name);
	memcpy(virt->mac, client->mac, sizeof(virt->mac));
	virt->quota = (uint16_t)client->quota;
	if (!(client->copier ? make_copier : make_shared)(x, net, client, virt, &own) ||
		!make_tx(x, net, client, &own) || !make_carrier(x, net, client, &own))
		return false;
	subsystem_blob(x, &client->at, client->pd,
		subsystem_text("%s_network_config", name), "network_config", &own,
		sizeof(own));
	return true;
}

void subsystem_network(struct expansion *x, struct subsystem *element)
{
	struct network *net = list_allocate(sizeof(*net));

	net->element = element;
	if (!subsystem_judge_network(x, element) || !make_components(x, net))
		return;
	configure_components(x, net);
	for (size_t i = 0; i < element->num_clients; i++)
		if (!make_client(x, net, &element->clients[i]))
			return;
	subsystem_blob(x, &element->at, net->device.pd, "network_driver_config",
		"network_driver_config", &net->driver, sizeof(net->driver));
	subsystem_blob(x, &element->at, net->virt_rx, "network_virt_rx_config",
		"network_virt_rx_config", &net->rx, sizeof(net->rx));
	subsystem_blob(x, &element->at, net->virt_tx, "network_virt_tx_config",
		"network_virt_tx_config", &net->tx, sizeof(net->tx));
}
