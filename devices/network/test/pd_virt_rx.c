/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "world.h"

#define init virt_rx_init
#define notified virt_rx_notified
void init(void);
void notified(microkit_channel ch);
void virt_rx_forget(void);

#include "../virt_rx.c"

void virt_rx_forget(void)
{
	memset(&virt, 0, sizeof(virt));
	network_virt_rx_config = &world.virt_rx;
}

void virt_rx_check(void)
{
	uint32_t idle = 0, with_driver = 0, held[NETWORK_CLIENTS_MAX] = { 0 };
	for (uint32_t i = 0; i < virt.config->buffers; i++) {
		uint64_t holders = virt.holders[i];
		idle += holders == 0;
		with_driver += holders == DRIVER;
		CHECK(holders == DRIVER || holders >> CLIENTS == 0);
		for (uint32_t c = 0; c < CLIENTS; c++)
			held[c] += (holders >> c & 1u) != 0;
	}
	CHECK(idle == virt.idle && with_driver == virt.with_driver);
	for (uint32_t i = 0; i < idle; i++)
		CHECK(virt.holders[virt.stack[i]] == 0);
	for (uint32_t c = 0; c < CLIENTS; c++)
		CHECK(held[c] == virt.clients[c].held &&
			held[c] <= virt.clients[c].quota);
}

struct network_link *virt_rx_link(uint32_t number)
{
	return number == 0 ? &virt.driver : &virt.clients[number - 1].link;
}
