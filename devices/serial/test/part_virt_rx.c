/* SPDX-License-Identifier: BSD-2-Clause */
#include "parts.h"

#include <string.h>

#define init virt_rx_init
#define notified virt_rx_notified
void init(void);
#include "../virt_rx.c"

void virt_rx_start(void)
{
	memset(&virt, 0, sizeof(virt));
	init();
}

struct queue *virt_rx_driver(void)
{
	return &virt.driver.queue;
}

struct queue *virt_rx_console(void)
{
	return &virt.console.queue;
}

struct queue *virt_rx_client(uint32_t i)
{
	return &virt.clients[i].queue;
}
