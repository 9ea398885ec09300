/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what the network's components have counted, every 100 ms. */
#include <devices/network/config.h>
#include <devices/serial/client.h>
#include <devices/timer/client.h>

#define PERIOD_NS (100 * TIMER_NS_PER_MS)

/* Set by the system file. */
__attribute__((section(".data"))) const struct network_driver_counters *driver;
__attribute__((section(".data"))) const struct network_virt_tx_counters *virt_tx;

void init(void);
void notified(microkit_channel channel);

void init(void)
{
	timer_init();
	serial_init();
	timer_set(0, timer_now() + PERIOD_NS);
}

void notified(microkit_channel channel)
{
	if (channel != timer_channel() || timer_expired() == 0)
		return;
	serial_printf("carrier %u lost %lu given %lu sent %lu dropped %lu resets %lu\n",
		driver->no_carrier == 0, driver->carrier_losses, virt_tx->frames,
		driver->tx_frames, driver->tx_dropped, driver->resets);
	timer_set_after(0, PERIOD_NS);
}
