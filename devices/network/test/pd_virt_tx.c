/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "world.h"

#define init virt_tx_init
#define notified virt_tx_notified
void init(void);
void notified(microkit_channel ch);
void virt_tx_forget(void);

#include "../virt_tx.c"

void virt_tx_forget(void)
{
	memset(&virt, 0, sizeof(virt));
	network_virt_tx_config = &world.virt_tx;
}

void virt_tx_check(void)
{
	uint32_t in_flight = 0;
	for (uint32_t i = 0; i < QUEUE_CAPACITY_MAX; i++)
		in_flight += virt.states[i] / SENT_BEFORE + (virt.states[i] & SENT);
	CHECK(in_flight == virt.in_flight && in_flight <= IN_FLIGHT_MAX);
}

uint32_t virt_tx_in_flight(void)
{
	return virt.in_flight;
}

struct network_link *virt_tx_link(uint32_t number)
{
	return number == 0 ? &virt.driver : &virt.clients[number - 1].link;
}
