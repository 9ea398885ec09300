/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration blobs of the timer class; see devices/lib/config.h. */
#pragma once

#include "../lib/config.h"

#define TIMER_CLIENTS_MAX 61u /* one channel each, one id for the interrupt */

#define TIMER_DRIVER_MAGIC CONFIG_MAGIC('t', 'd', 'r', 1)
#define TIMER_CLIENT_MAGIC CONFIG_MAGIC('t', 'c', 'l', 1)

/* Pointed to by `timer_driver_config`. */
struct timer_driver_config {
	uint32_t magic;
	uint32_t irq;        /* id of the interrupt */
	uint64_t registers;  /* vaddr; CONFIG_NOT_MAPPED for the Arm generic timer */
	uint64_t counter_hz; /* of the system counter */
	uint32_t num_clients;
	uint8_t channels[TIMER_CLIENTS_MAX]; /* the clients': PPC in, notification out */
};

/* Pointed to by `timer_config`. */
struct timer_client_config {
	uint32_t magic;
	uint32_t channel; /* to the driver: PPC out, notification in */
	uint64_t counter_hz;
	uint32_t counter_direct; /* 1: this PD may read the system counter, 0: it asks */
	uint32_t unused;
};

_Static_assert(sizeof(struct timer_driver_config) <= CONFIG_BYTES_MAX, "fits its page");
