/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a <network> says: addresses are read, numbers judged, quotas shared out.
 */
#include <devices/network/config.h>
#include <devices/network/queue.h>
#include <inttypes.h>
#include <string.h>

#include "subsystem.h"

#define BUFFERS_MIN (2u * NETWORK_TX_LAZY)
#define MULTICAST 1u /* in the first byte of a MAC address */

bool subsystem_is_capacity(uint64_t number, uint64_t min, uint64_t max)
{
	return number >= min && number <= max && (number & (number - 1)) == 0;
}

/* ---- Addresses ---- */

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *found;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	found = c ? strchr(digits, c) : NULL;
	return found ? (int)(found - digits) : -1;
}

/* "52:54:01:00:00:10" */
static bool read_mac(const char *text, uint8_t mac[6])
{
	if (strlen(text) != 17)
		return false;
	for (int i = 0; i < 6; i++, text += 3) {
		int high = hex_digit(text[0]), low = hex_digit(text[1]);

		if (high < 0 || low < 0 || (i < 5 && text[2] != ':'))
			return false;
		mac[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Decimal of at most `max`, without leading zeros; steps over it. */
static bool read_decimal(const char **text, unsigned max, uint8_t *number)
{
	const char *start = *text;
	unsigned sum = 0;

	while (**text >= '0' && **text <= '9' && sum <= max)
		sum = sum * 10 + (unsigned)(*(*text)++ - '0');
	*number = (uint8_t)sum;
	return *text != start && sum <= max && (*start != '0' || *text == start + 1);
}

/* "10.0.2.15"; steps over it. */
static bool read_ipv4(const char **text, uint8_t address[4])
{
	for (int i = 0; i < 4; i++) {
		if (i > 0 && *(*text)++ != '.')
			return false;
		if (!read_decimal(text, 255, &address[i]))
			return false;
	}
	return true;
}

static uint32_t word(const uint8_t address[4])
{
	return (uint32_t)address[0] << 24 | (uint32_t)address[1] << 16 |
	       (uint32_t)address[2] << 8 | address[3];
}

/* Whether an address can be one host's: in 1.0.0.0 to 223.255.255.255, not loopback. */
static bool is_host(const uint8_t address[4])
{
	return address[0] > 0 && address[0] < 224 && address[0] != 127;
}

/* Neither the net's own address nor its broadcast (RFC 1122, 3.2.1.3). */
static bool is_host_of(const uint8_t address[4], uint8_t prefix)
{
	uint32_t hosts = prefix < 32 ? UINT32_MAX >> prefix : 0;
	uint32_t host = word(address) & hosts;

	return is_host(address) && (hosts < 3 || (host != 0 && host != hosts));
}

static bool judge_mac(struct expansion *x, const struct subsystem *network,
	struct subsystem_client *client)
{
	static const uint8_t zero[6];

	if (!read_mac(client->mac_text, client->mac) || client->mac[0] & MULTICAST ||
		memcmp(client->mac, zero, sizeof(zero)) == 0) {
		SUBSYSTEM_ERROR(x, &client->at,
			"client_mac: mac is the MAC address of one station",
			"write six bytes, the first one even: 52:54:01:00:00:10",
			"'%s' has mac=\"%s\"", client->pd_name, client->mac_text);
		return false;
	}
	for (const struct subsystem_client *c = network->clients; c < client; c++)
		if (memcmp(c->mac, client->mac, sizeof(client->mac)) == 0) {
			SUBSYSTEM_ERROR(x, &client->at,
				"client_mac_twice: a MAC address is one client's",
				"write another one", "'%s' has the mac of '%s'",
				client->pd_name, c->pd_name);
			return false;
		}
	return true;
}

static bool judge_address(struct expansion *x, const struct subsystem *network,
	struct subsystem_client *client)
{
	const char *text = client->address_text;

	if (!text)
		return true;
	if (!read_ipv4(&text, client->address) || *text++ != '/' ||
		!read_decimal(&text, 32, &client->prefix) || *text ||
		client->prefix == 0 || !is_host_of(client->address, client->prefix)) {
		SUBSYSTEM_ERROR(x, &client->at,
			"client_address: address is an IPv4 address of a host and the "
			"bits of its net mask",
			"write for example 10.0.2.16/24, or nothing for DHCP",
			"'%s' has address=\"%s\"", client->pd_name, client->address_text);
		return false;
	}
	for (const struct subsystem_client *c = network->clients; c < client; c++)
		if (word(c->address) == word(client->address)) {
			SUBSYSTEM_ERROR(x, &client->at,
				"client_address_twice: an address is one client's",
				"write another one", "'%s' has the address of '%s'",
				client->pd_name, c->pd_name);
			return false;
		}
	return true;
}

static bool judge_gateway(struct expansion *x, struct subsystem_client *client)
{
	const char *text = client->gateway_text;
	uint32_t mask;

	if (!text)
		return true;
	mask = client->prefix ? UINT32_MAX << (32 - client->prefix) : 0;
	if (client->address_text && read_ipv4(&text, client->gateway) && !*text &&
		is_host_of(client->gateway, client->prefix) &&
		word(client->gateway) != word(client->address) &&
		((word(client->gateway) ^ word(client->address)) & mask) == 0)
		return true;
	SUBSYSTEM_ERROR(x, &client->at,
		"client_gateway: gateway is another host of the net of the client's "
		"address",
		"write a gateway in that net, and an address; neither for DHCP",
		"'%s' has gateway=\"%s\"", client->pd_name, client->gateway_text);
	return false;
}

static bool judge_dns(struct expansion *x, struct subsystem_client *client)
{
	const char *text = client->dns_text;

	if (!text || (read_ipv4(&text, client->dns) && !*text && is_host(client->dns) &&
			     word(client->dns) != word(client->address)))
		return true;
	SUBSYSTEM_ERROR(x, &client->at,
		"client_dns: dns is the IPv4 address of a name server, another host",
		"write for example 10.0.2.3, or nothing for DHCP's",
		"'%s' has dns=\"%s\"", client->pd_name, client->dns_text);
	return false;
}

/* ---- Numbers ---- */

static bool judge_buffers(struct expansion *x, const struct position *at,
	const char *owner, uint64_t buffers)
{
	if (subsystem_is_capacity(buffers, BUFFERS_MIN, NETWORK_BUFFERS_MAX))
		return true;
	SUBSYSTEM_ERROR(x, at,
		"network_buffers: the number of buffers is a power of two from 32 to "
		"4096",
		"write for example buffers=\"256\"", "%s has %" PRIu64 " buffers", owner,
		buffers);
	return false;
}

static bool judge_client(struct expansion *x, const struct subsystem *network,
	struct subsystem_client *client)
{
	const struct pd *pd = &x->system->pds[client->pd];
	uint32_t limit = network->virt_rx_priority < network->virt_tx_priority
				 ? network->virt_rx_priority
				 : network->virt_tx_priority;
	bool good = judge_mac(x, network, client);

	if (judge_address(x, network, client))
		good = judge_gateway(x, client) && good;
	else
		good = false;
	good = judge_dns(x, client) && good;
	good = judge_buffers(x, &client->at, client->pd_name, client->buffers) && good;
	if (client->parameter > UINT32_MAX) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"client_parameter: a policy's parameter has 32 bits",
			"write a smaller number", "'%s' has parameter %" PRIu64,
			client->pd_name, client->parameter);
	}
	if (client->burst < NETWORK_FRAME_MAX || client->burst > UINT32_MAX) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"client_burst: a burst is a whole frame at least, and has 32 "
			"bits",
			"write 1514 to 4294967295 bytes", "'%s' has burst %" PRIu64,
			client->pd_name, client->burst);
	}
	if (pd->priority >= limit) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"client_priority: a client has a lower priority than the "
			"virtualisers",
			"lower the PD's priority, or raise virt_rx_priority and "
			"virt_tx_priority",
			"'%s' has priority %" PRIu32 ", a virtualiser %" PRIu32, pd->name,
			pd->priority, limit);
	}
	if (pd->passive) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"client_passive: a client of network or block is not passive",
			"remove passive=\"true\"", "'%s' is passive", pd->name);
	}
	return good;
}

/* Who says no quota gets an equal share of what the others leave. */
static bool share_quotas(struct expansion *x, struct subsystem *network)
{
	uint64_t left = network->buffers / 2, sharers = 0;

	for (size_t i = 0; i < network->num_clients; i++) {
		const struct subsystem_client *client = &network->clients[i];

		if (client->quota == QUOTA_SHARE) {
			sharers++;
		} else if (client->quota == 0 || client->quota > left) {
			SUBSYSTEM_ERROR(x, &client->at,
				"client_quota: quotas are at least 1 and together at "
				"most "
				"half of the network's buffers",
				"write smaller quotas, or more buffers for the network",
				"'%s' has a quota of %" PRIu64 ", of %" PRIu64 " left",
				client->pd_name, client->quota, left);
			return false;
		} else {
			left -= client->quota;
		}
	}
	if (sharers && left < sharers) {
		SUBSYSTEM_ERROR(x, &network->at,
			"network_quota: every client gets a buffer",
			"write smaller quotas, or more buffers for the network",
			"%" PRIu64 " clients share %" PRIu64 " buffers", sharers, left);
		return false;
	}
	for (size_t i = 0; i < network->num_clients; i++)
		if (network->clients[i].quota == QUOTA_SHARE)
			network->clients[i].quota = left / sharers;
	return true;
}

bool subsystem_judge_network(struct expansion *x, struct subsystem *network)
{
	bool good = judge_buffers(x, &network->at, "the network", network->buffers);
	uint64_t tx = 0;

	for (size_t i = 0; i < network->num_clients; i++) {
		good = judge_client(x, network, &network->clients[i]) && good;
		tx += network->clients[i].buffers;
	}
	if (good && tx > QUEUE_CAPACITY_MAX) {
		good = false;
		SUBSYSTEM_ERROR(x, &network->at,
			"network_tx_buffers: all clients together have at most 32768 Tx "
			"buffers",
			"write fewer buffers for some clients", "there are %" PRIu64, tx);
	}
	return good && share_quotas(x, network);
}
