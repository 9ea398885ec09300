/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the subsystem elements say, as written; subsystem.c expands it.
 */
#include "list.h"
#include "sdf.h"

static struct subsystem *begin(
	struct walk *walk, const struct tag *tag, enum subsystem_class class)
{
	struct subsystem *subsystem = &walk->system->subsystems[class];
	const struct value *values = tag->values;

	subsystem->at = tag->at;
	subsystem->driver_priority = sdf_number32(&values[SUBSYSTEM_DRIVER_PRIORITY]);
	subsystem->core = sdf_number32(&values[SUBSYSTEM_CPU]);
	subsystem->domain_name = sdf_text_of(&values[SUBSYSTEM_DOMAIN]);
	return subsystem;
}

/* Of a class with a driver. */
static struct subsystem *begin_devices(
	struct walk *walk, const struct tag *tag, enum subsystem_class class)
{
	struct subsystem *subsystem = begin(walk, tag, class);

	subsystem->device = sdf_text_of(&tag->values[SUBSYSTEM_DEVICE]);
	return subsystem;
}

static void read_virts(struct subsystem *subsystem, const struct tag *tag)
{
	const struct value *values = tag->values;

	subsystem->virt_rx_priority = sdf_number32(&values[SUBSYSTEM_VIRT_RX_PRIORITY]);
	subsystem->virt_tx_priority = sdf_number32(&values[SUBSYSTEM_VIRT_TX_PRIORITY]);
}

void sdf_begin_supervisor(struct walk *walk, const struct tag *tag)
{
	struct subsystem *supervisor = begin(walk, tag, SUBSYSTEM_SUPERVISOR);

	supervisor->restarts = tag->values[SUPERVISOR_RESTART_COUNT].number;
	supervisor->period_us = tag->values[SUPERVISOR_PERIOD].number;
	supervisor->hang_us = tag->values[SUPERVISOR_HANG].number;
}

static struct subsystem_client *begin_client(
	struct walk *walk, const struct tag *tag, enum subsystem_class class)
{
	struct subsystem *subsystem = &walk->system->subsystems[class];
	struct subsystem_client *client = LIST_ADD(
		subsystem->clients, subsystem->num_clients);

	client->at = tag->at;
	client->pd_name = sdf_text_of(&tag->values[CLIENT_PD]);
	client->pd = NONE;
	client->input = true;
	return client;
}

void sdf_begin_timer(struct walk *walk, const struct tag *tag)
{
	begin_devices(walk, tag, SUBSYSTEM_TIMER);
}

void sdf_begin_timer_client(struct walk *walk, const struct tag *tag)
{
	begin_client(walk, tag, SUBSYSTEM_TIMER);
}

void sdf_begin_entropy(struct walk *walk, const struct tag *tag)
{
	begin_devices(walk, tag, SUBSYSTEM_ENTROPY);
}

void sdf_begin_entropy_client(struct walk *walk, const struct tag *tag)
{
	begin_client(walk, tag, SUBSYSTEM_ENTROPY);
}

void sdf_begin_rtc(struct walk *walk, const struct tag *tag)
{
	begin_devices(walk, tag, SUBSYSTEM_RTC);
}

void sdf_begin_rtc_client(struct walk *walk, const struct tag *tag)
{
	begin_client(walk, tag, SUBSYSTEM_RTC);
}

void sdf_begin_serial(struct walk *walk, const struct tag *tag)
{
	struct subsystem *serial = begin_devices(walk, tag, SUBSYSTEM_SERIAL);

	read_virts(serial, tag);
	serial->labels = sdf_text_of(&tag->values[SERIAL_LABELS]);
	serial->capacity = tag->values[SERIAL_QUEUE_BYTES].number;
}

void sdf_begin_serial_client(struct walk *walk, const struct tag *tag)
{
	struct subsystem_client *client = begin_client(walk, tag, SUBSYSTEM_SERIAL);

	client->input = tag->values[SERIAL_CLIENT_INPUT].number;
}

void sdf_begin_network(struct walk *walk, const struct tag *tag)
{
	struct subsystem *network = begin_devices(walk, tag, SUBSYSTEM_NETWORK);

	read_virts(network, tag);
	network->policy = sdf_text_of(&tag->values[NETWORK_POLICY]);
	network->buffers = tag->values[NETWORK_RX_BUFFERS].number;
}

void sdf_begin_network_client(struct walk *walk, const struct tag *tag)
{
	struct subsystem_client *client = begin_client(walk, tag, SUBSYSTEM_NETWORK);
	const struct value *values = tag->values;

	client->mac_text = sdf_text_of(&values[NETWORK_CLIENT_MAC]);
	client->address_text = sdf_text_of(&values[NETWORK_CLIENT_ADDRESS]);
	client->gateway_text = sdf_text_of(&values[NETWORK_CLIENT_GATEWAY]);
	client->dns_text = sdf_text_of(&values[NETWORK_CLIENT_DNS]);
	client->copier = values[NETWORK_CLIENT_COPIER].number;
	client->buffers = values[NETWORK_CLIENT_BUFFERS].number;
	client->quota = values[NETWORK_CLIENT_QUOTA].number;
	client->parameter = values[NETWORK_CLIENT_PARAMETER].number;
	client->burst = values[NETWORK_CLIENT_BURST].number;
}

void sdf_begin_block(struct walk *walk, const struct tag *tag)
{
	struct subsystem *block = begin_devices(walk, tag, SUBSYSTEM_BLOCK);

	block->virt_rx_priority = sdf_number32(&tag->values[BLOCK_VIRT_PRIORITY]);
}

void sdf_begin_block_client(struct walk *walk, const struct tag *tag)
{
	struct subsystem_client *client = begin_client(walk, tag, SUBSYSTEM_BLOCK);
	const struct value *values = tag->values;

	client->partition = values[BLOCK_CLIENT_PARTITION].number;
	client->read_only = values[BLOCK_CLIENT_READ_ONLY].number;
	client->capacity = values[BLOCK_CLIENT_CAPACITY].number;
	client->data_bytes = values[BLOCK_CLIENT_DATA_SIZE].number;
}

void sdf_begin_filesystem(struct walk *walk, const struct tag *tag)
{
	struct subsystem *filesystem = begin(walk, tag, SUBSYSTEM_FILESYSTEM);

	filesystem->server = sdf_text_of(&tag->values[FILESYSTEM_SERVER]);
	filesystem->type = sdf_text_of(&tag->values[FILESYSTEM_TYPE]);
}

void sdf_begin_filesystem_client(struct walk *walk, const struct tag *tag)
{
	struct subsystem_client *client = begin_client(walk, tag, SUBSYSTEM_FILESYSTEM);
	const struct value *values = tag->values;

	client->read_only = values[FILESYSTEM_CLIENT_READ_ONLY].number;
	client->capacity = values[FILESYSTEM_CLIENT_CAPACITY].number;
	client->data_bytes = values[FILESYSTEM_CLIENT_DATA_SIZE].number;
	client->handles = values[FILESYSTEM_CLIENT_HANDLES].number;
}

void sdf_begin_statistics_service(struct walk *walk, const struct tag *tag)
{
	begin(walk, tag, SUBSYSTEM_STATISTICS);
}

void sdf_begin_statistics_client(struct walk *walk, const struct tag *tag)
{
	begin_client(walk, tag, SUBSYSTEM_STATISTICS);
}

void sdf_begin_supervisor_client(struct walk *walk, const struct tag *tag)
{
	struct subsystem_client *client = begin_client(walk, tag, SUBSYSTEM_SUPERVISOR);

	client->watch = tag->values[SUPERVISOR_CLIENT_WATCH].number;
	client->demo = tag->values[SUPERVISOR_CLIENT_DEMO].number;
}
