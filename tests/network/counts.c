/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints where frames have gone in the network's components, every 100 ms. */
#include <devices/network/config.h>
#include <devices/serial/client.h>
#include <devices/timer/client.h>

#define PERIOD_NS (100 * TIMER_NS_PER_MS)

/* Set by the system file. */
__attribute__((section(".data"))) const struct network_driver_counters *driver;
__attribute__((section(".data"))) const struct network_virt_rx_counters *virt_rx;
__attribute__((section(".data"))) const struct network_virt_tx_counters *virt_tx;
__attribute__((section(".data"))) const struct network_copy_counters *copy;

void init(void);
void notified(microkit_channel channel);

void init(void)
{
	timer_init();
	serial_init();
	timer_set(0, timer_now() + PERIOD_NS);
}

/* What no frame may cause: something refused, cut off, reset. */
static uint64_t faults(void)
{
	return driver->resets + driver->peer_faults + driver->bad_slots +
	       driver->tx_dropped + driver->carrier_losses + virt_rx->bad_slots +
	       virt_rx->bad_frames + virt_rx->clients[0].bad_slots +
	       virt_rx->clients[0].faults + virt_rx->clients[1].bad_slots +
	       virt_rx->clients[1].faults + virt_tx->bad_slots + copy->bad_slots +
	       copy->client_bad_slots + copy->faults;
}

void notified(microkit_channel channel)
{
	if (channel != timer_channel() || timer_expired() == 0)
		return;
	serial_printf("driver %lu %lu virt_rx %lu %lu copied %lu %lu shared %lu %lu copy "
		      "%lu %lu "
		      "virt_tx %lu driver %lu faults %lu.\n",
		driver->rx_frames, driver->rx_dropped, virt_rx->frames, virt_rx->unknown,
		virt_rx->clients[0].frames, virt_rx->clients[0].dropped,
		virt_rx->clients[1].frames, virt_rx->clients[1].dropped, copy->frames,
		copy->dropped, virt_tx->frames, driver->tx_frames, faults());
	timer_set_after(0, PERIOD_NS);
}
