/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration blobs of the rtc class; see devices/lib/config.h. */
#pragma once

#include "../lib/config.h"

#define RTC_CLIENTS_MAX 61u /* one channel each */

#define RTC_DRIVER_MAGIC CONFIG_MAGIC('r', 'd', 'r', 1)
#define RTC_CLIENT_MAGIC CONFIG_MAGIC('r', 'c', 'l', 1)

/* Pointed to by `rtc_driver_config`. */
struct rtc_driver_config {
	uint32_t magic;
	uint32_t unused;
	uint64_t registers;  /* vaddr */
	uint64_t counter_hz; /* of the system counter */
};

/* Pointed to by `rtc_config`. */
struct rtc_client_config {
	uint32_t magic;
	uint32_t channel; /* to the driver: PPC out */
	uint64_t counter_hz;
	uint32_t counter_direct; /* 1: this PD may read the system counter, 0: it asks */
	uint32_t unused;
};
