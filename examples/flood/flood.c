/* SPDX-License-Identifier: BSD-2-Clause */
/* Told to, sends the longest frames that there are, as fast as the system takes them. */
#include <string.h>

#include <devices/network/client.h>

#define GO 0 /* channel to `quiet` */

static struct network_client network;
static bool go;

/* To nobody, and of a type that nobody knows (IEEE 802, local experiments). */
static void send(uint32_t buffer)
{
	static const uint8_t head[14] = { 2, 0, 0, 0, 0, 1, [12] = 0x88, 0xb5 };
	uint8_t *frame = network_client_tx_frame(&network, buffer);
	memcpy(frame, head, sizeof(head));
	memcpy(frame + 6, network_config->mac, 6);
	network_client_send(&network, buffer, NETWORK_FRAME_MAX);
}

static void work(void)
{
	uint32_t buffer, bytes;
	while (network_client_receive(&network, &buffer, &bytes))
		network_client_release(&network, buffer);
	while (go && network_client_allocate(&network, &buffer))
		send(buffer);
}

void init(void)
{
	if (!network_client_start(&network, network_config))
		__builtin_trap();
}

void notified(microkit_channel channel)
{
	go = go || channel == GO;
	do
		work();
	while (network_client_round(&network));
}
