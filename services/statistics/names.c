/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of the words of counter pages: those of the structs of each class. */
#include <devices/block/config.h>
#include <devices/entropy/config.h>
#include <devices/network/config.h>
#include <devices/serial/counters.h>
#include <services/fs/config.h>
#include <services/supervisor/config.h>
#include <stddef.h>

#include "client.h"

#define WORD(type, member) [offsetof(struct type, member) / 8u] = #member
#define CLIENT(type, member)                                                           \
	[(offsetof(struct type, clients[0].member) - offsetof(struct type, clients)) / \
		8u] = #member
#define COUNT(names) (sizeof(names) / sizeof((names)[0]))
#define BASE(names) .base = (names), .num_base = COUNT(names)
#define CLIENTS(names) .client = (names), .num_client = COUNT(names)

static const char *const network_driver[] = {
	WORD(network_driver_counters, rx_frames),
	WORD(network_driver_counters, tx_frames),
	WORD(network_driver_counters, rx_dropped),
	WORD(network_driver_counters, resets),
	WORD(network_driver_counters, interrupts),
	WORD(network_driver_counters, peer_faults),
	WORD(network_driver_counters, bad_slots),
	WORD(network_driver_counters, tx_dropped),
	WORD(network_driver_counters, carrier_losses),
	WORD(network_driver_counters, no_carrier),
	WORD(network_driver_counters, state),
};

static const char *const network_virt_rx[] = {
	WORD(network_virt_rx_counters, frames),
	WORD(network_virt_rx_counters, bytes),
	WORD(network_virt_rx_counters, unknown),
	WORD(network_virt_rx_counters, bad_frames),
	WORD(network_virt_rx_counters, bad_slots),
};

static const char *const network_virt_rx_client[] = {
	CLIENT(network_virt_rx_counters, frames),
	CLIENT(network_virt_rx_counters, bytes),
	CLIENT(network_virt_rx_counters, dropped),
	CLIENT(network_virt_rx_counters, bad_slots),
	CLIENT(network_virt_rx_counters, faults),
};

static const char *const network_virt_tx[] = {
	WORD(network_virt_tx_counters, frames),
	WORD(network_virt_tx_counters, bytes),
	WORD(network_virt_tx_counters, bad_slots),
};

static const char *const network_virt_tx_client[] = {
	CLIENT(network_virt_tx_counters, frames),
	CLIENT(network_virt_tx_counters, bytes),
	CLIENT(network_virt_tx_counters, bad_frames),
	CLIENT(network_virt_tx_counters, bad_slots),
	CLIENT(network_virt_tx_counters, faults),
};

static const char *const network_copy[] = {
	WORD(network_copy_counters, frames),
	WORD(network_copy_counters, bytes),
	WORD(network_copy_counters, dropped),
	WORD(network_copy_counters, bad_slots),
	WORD(network_copy_counters, client_bad_slots),
	WORD(network_copy_counters, faults),
};

static const char *const serial_driver[] = {
	WORD(serial_driver_counters, tx_bytes),
	WORD(serial_driver_counters, rx_bytes),
	WORD(serial_driver_counters, overruns),
	WORD(serial_driver_counters, line_errors),
	WORD(serial_driver_counters, interrupts),
	WORD(serial_driver_counters, peer_faults),
	WORD(serial_driver_counters, state),
};

static const char *const serial_virt_tx[] = {
	WORD(serial_virt_tx_counters, bytes),
	WORD(serial_virt_tx_counters, lines),
	WORD(serial_virt_tx_counters, cut),
	WORD(serial_virt_tx_counters, replaced),
	WORD(serial_virt_tx_counters, starts),
	WORD(serial_virt_tx_counters, peer_faults),
};

static const char *const serial_virt_rx[] = {
	WORD(serial_virt_rx_counters, bytes),
	WORD(serial_virt_rx_counters, dropped),
	WORD(serial_virt_rx_counters, commands),
	WORD(serial_virt_rx_counters, peer_faults),
};

static const char *const block_driver[] = {
	WORD(block_driver_counters, reads),
	WORD(block_driver_counters, writes),
	WORD(block_driver_counters, flushes),
	WORD(block_driver_counters, failed),
	WORD(block_driver_counters, lost),
	WORD(block_driver_counters, resets),
	WORD(block_driver_counters, interrupts),
	WORD(block_driver_counters, bad_requests),
	WORD(block_driver_counters, peer_faults),
	WORD(block_driver_counters, state),
};

static const char *const block_virt[] = {
	WORD(block_virt_counters, requests),
	WORD(block_virt_counters, retries),
	WORD(block_virt_counters, bad_responses),
	WORD(block_virt_counters, restarts),
	WORD(block_virt_counters, blocks),
	WORD(block_virt_counters, disk),
};

static const char *const block_virt_client[] = {
	CLIENT(block_virt_counters, requests),
	CLIENT(block_virt_counters, blocks_read),
	CLIENT(block_virt_counters, blocks_written),
	CLIENT(block_virt_counters, refused),
	CLIENT(block_virt_counters, dropped),
	CLIENT(block_virt_counters, faults),
};

static const char *const fs_server[] = {
	WORD(fs_server_counters, blocks_read),
	WORD(fs_server_counters, blocks_written),
	WORD(fs_server_counters, flushes),
	WORD(fs_server_counters, cache_hits),
	WORD(fs_server_counters, disk_retries),
	WORD(fs_server_counters, mounted),
};

static const char *const fs_server_client[] = {
	CLIENT(fs_server_counters, commands),
	CLIENT(fs_server_counters, missing),
	CLIENT(fs_server_counters, failed),
	CLIENT(fs_server_counters, bytes_read),
	CLIENT(fs_server_counters, bytes_written),
	CLIENT(fs_server_counters, starts),
	CLIENT(fs_server_counters, dropped),
	CLIENT(fs_server_counters, faults),
	CLIENT(fs_server_counters, handles),
};

static const char *const supervisor_child[] = {
	WORD(supervisor_child, restarts),
	WORD(supervisor_child, stopped),
	WORD(supervisor_child, hangs),
	WORD(supervisor_child, reason),
	WORD(supervisor_child, code),
	WORD(supervisor_child, pc),
	WORD(supervisor_child, lr),
	WORD(supervisor_child, when),
};

static const char *const entropy_driver[] = {
	WORD(entropy_driver_counters, state),
	WORD(entropy_driver_counters, interrupts),
	WORD(entropy_driver_counters, bytes),
	WORD(entropy_driver_counters, draws),
	WORD(entropy_driver_counters, empty),
	WORD(entropy_driver_counters, bad_requests),
	WORD(entropy_driver_counters, resets),
	WORD(entropy_driver_counters, repeated),
};

const struct statistics_names statistics_names[STATISTICS_KINDS] = {
	[STATISTICS_OTHER] = { .kind = "other" },
	[STATISTICS_NETWORK_DRIVER] = { "network_driver", BASE(network_driver) },
	[STATISTICS_NETWORK_VIRT_RX] = { "network_virt_rx", BASE(network_virt_rx),
		CLIENTS(network_virt_rx_client) },
	[STATISTICS_NETWORK_VIRT_TX] = { "network_virt_tx", BASE(network_virt_tx),
		CLIENTS(network_virt_tx_client) },
	[STATISTICS_NETWORK_COPY] = { "network_copy", BASE(network_copy) },
	[STATISTICS_SERIAL_DRIVER] = { "serial_driver", BASE(serial_driver) },
	[STATISTICS_SERIAL_VIRT_TX] = { "serial_virt_tx", BASE(serial_virt_tx) },
	[STATISTICS_SERIAL_VIRT_RX] = { "serial_virt_rx", BASE(serial_virt_rx) },
	[STATISTICS_BLOCK_DRIVER] = { "block_driver", BASE(block_driver) },
	[STATISTICS_BLOCK_VIRT] = { "block_virt", BASE(block_virt),
		CLIENTS(block_virt_client) },
	[STATISTICS_FS_SERVER] = { "fs_server", BASE(fs_server),
		CLIENTS(fs_server_client) },
	[STATISTICS_SUPERVISOR] = { "supervisor", CLIENTS(supervisor_child) },
	[STATISTICS_ENTROPY_DRIVER] = { "entropy_driver", BASE(entropy_driver) },
};
