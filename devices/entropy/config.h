/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration blobs of the entropy class; see devices/lib/config.h. */
#pragma once

#include "../lib/config.h"

#define ENTROPY_CLIENTS_MAX 61u /* one channel each, one id for the interrupt */

#define ENTROPY_DRIVER_MAGIC CONFIG_MAGIC('e', 'd', 'r', 1)
#define ENTROPY_CLIENT_MAGIC CONFIG_MAGIC('e', 'c', 'l', 1)

/* Pointed to by `entropy_driver_config`. */
struct entropy_driver_config {
	uint32_t magic;
	uint32_t irq;       /* id of the interrupt */
	uint64_t registers; /* vaddr */
	uint64_t dma_vaddr; /* the region for the device's queue and what it fills */
	uint64_t dma_paddr;
	uint64_t dma_bytes;
	uint64_t counters; /* vaddr of struct entropy_driver_counters */
	uint32_t num_clients;
	uint8_t channels[ENTROPY_CLIENTS_MAX]; /* PPC in, notification out */
};

/* Pointed to by `entropy_config`. */
struct entropy_client_config {
	uint32_t magic;
	uint32_t channel; /* to the driver: PPC out, notification in */
};

enum entropy_driver_state {
	ENTROPY_DRIVER_RUNNING = 0,
	ENTROPY_DRIVER_NO_DEVICE, /* nothing of the kind at the registers */
	ENTROPY_DRIVER_REFUSED,   /* it does not offer what is needed */
	ENTROPY_DRIVER_BROKEN,    /* it does not end its reset, or lies each time */
};

/* Written by the driver alone; all but `state` only go up. */
struct entropy_driver_counters {
	uint64_t state; /* enum entropy_driver_state */
	uint64_t interrupts;
	uint64_t bytes;        /* that the device has given */
	uint64_t draws;        /* that were answered with random bytes */
	uint64_t empty;        /* that came too soon */
	uint64_t bad_requests; /* that were refused */
	uint64_t resets;       /* because the device has lied */
	uint64_t repeated;     /* of these: it gave what cannot be random */
};

_Static_assert(sizeof(struct entropy_driver_config) <= CONFIG_BYTES_MAX, "fits its page");
