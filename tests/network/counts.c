/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where frames have gone in the network's components, and where buffers are: what one end
 * of a link has lent the other is what it has put into its queue less what has come back
 * in the other. All of it is read in shared memory, so it is exact when all is at rest.
 */
#include <devices/network/queue.h>

#include "report.h"

/* Set by the system file. Regions of links: `filled`, then `free`. */
__attribute__((section(".data"))) const struct network_driver_counters *driver;
__attribute__((section(".data"))) const struct network_virt_rx_counters *virt_rx;
__attribute__((section(".data"))) const struct network_virt_tx_counters *virt_tx;
__attribute__((section(".data"))) const struct network_copy_counters *copy;
__attribute__((section(".data"))) const struct network_virt_rx_config *rx_config;
__attribute__((section(".data"))) const struct network_virt_tx_config *tx_config;
__attribute__((section(".data"))) const struct network_copy_config *copy_config;
__attribute__((section(".data"))) uintptr_t driver_rx;
__attribute__((section(".data"))) uintptr_t copy_rx;
__attribute__((section(".data"))) uintptr_t copied_rx;
__attribute__((section(".data"))) uintptr_t shared_rx;
__attribute__((section(".data"))) uintptr_t driver_tx;
__attribute__((section(".data"))) uintptr_t copied_tx;
__attribute__((section(".data"))) uintptr_t shared_tx;

static const struct queue_shared *filled(uintptr_t region)
{
	return (const struct queue_shared *)region;
}

static const struct queue_shared *freed(
	uintptr_t region, const struct network_link_config *config)
{
	return (const struct queue_shared *)(region + config->free - config->filled);
}

static uint32_t at(const struct queue_line *line)
{
	return (uint32_t)shared_load_acquire(&line->word);
}

/* Buffers that were sent through a link and have not come back. */
static uint32_t sent(uintptr_t region, const struct network_link_config *config)
{
	return at(&filled(region)->producer) - at(&freed(region, config)->producer);
}

/* Buffers that were given to be filled and have not come back. */
static uint32_t lent(uintptr_t region, const struct network_link_config *config)
{
	return at(&freed(region, config)->producer) - at(&filled(region)->producer);
}

/* Likewise, but what the other end has given back is not seen before it is taken. */
static uint32_t in_flight(uintptr_t region, const struct network_link_config *config)
{
	return at(&filled(region)->producer) - at(&freed(region, config)->consumer);
}

/* Buffers that the copier has taken of its client and not filled. */
static uint32_t taken(uintptr_t region, const struct network_link_config *config)
{
	return at(&freed(region, config)->consumer) - at(&filled(region)->producer);
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

void report(void)
{
	const struct network_virt_rx_client *rx = rx_config->clients;
	const struct network_virt_tx_client *tx = tx_config->clients;
	serial_printf(
		"rx=%lu refused=%lu virt=%lu unknown=%lu copied=%lu copied_lost=%lu "
		"shared=%lu shared_lost=%lu copies=%lu copies_lost=%lu ",
		driver->rx_frames, driver->rx_dropped, virt_rx->frames, virt_rx->unknown,
		virt_rx->clients[0].frames, virt_rx->clients[0].dropped,
		virt_rx->clients[1].frames, virt_rx->clients[1].dropped, copy->frames,
		copy->dropped);
	serial_printf("virt_tx=%lu tx=%lu faults=%lu driver_has=%u copier_has=%u "
		      "shared_has=%u copied_has=%u copier_keeps=%u ",
		virt_tx->frames, driver->tx_frames, faults(),
		lent(driver_rx, &rx_config->driver), sent(copy_rx, &rx[0].link),
		sent(shared_rx, &rx[1].link),
		copy_config->client_buffers - lent(copied_rx, &copy_config->client),
		taken(copied_rx, &copy_config->client));
	serial_printf("tx_copied=%u tx_shared=%u tx_driver=%u.\n",
		sent(copied_tx, &tx[0].link), sent(shared_tx, &tx[1].link),
		in_flight(driver_tx, &tx_config->driver));
}
