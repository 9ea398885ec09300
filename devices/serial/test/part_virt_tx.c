/* SPDX-License-Identifier: BSD-2-Clause */
#include "parts.h"

#include <string.h>

#define init virt_tx_init
#define notified virt_tx_notified
void init(void);
#include "../virt_tx.c"

void virt_tx_start(void)
{
	memset(&virt, 0, sizeof(virt));
	init();
}

struct queue *virt_tx_driver(void)
{
	return &virt.driver.queue;
}

struct queue *virt_tx_client(uint32_t i)
{
	return &virt.clients[i].queue;
}
