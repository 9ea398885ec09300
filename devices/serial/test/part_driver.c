/* SPDX-License-Identifier: BSD-2-Clause */
#include "parts.h"

#include <string.h>

#define init driver_init
#define notified driver_notified
void init(void);
#include "../pl011/driver.c"

void driver_start(void)
{
	memset(&driver, 0, sizeof(driver));
	init();
}

struct queue *driver_tx(void)
{
	return &driver.tx.queue;
}

struct queue *driver_rx(void)
{
	return &driver.rx.queue;
}
