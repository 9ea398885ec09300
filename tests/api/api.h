/* SPDX-License-Identifier: BSD-2-Clause */
/* What tester and children know of each other and of the system file. */
#pragma once

#include <stdint.h>

#define LISTED_CHILD 0
#define UNLISTED_CHILD 1

/* The kernel's numbers: PDs by descending priority (api.py). */
#define SERVER_ID 1u
#define TESTER_ID 2u
#define LISTED_ID 3u
#define UNLISTED_ID 4u
#define PDS 5u

#define SHARED_BYTES 1000u

struct shared {
	uint32_t reached[2]; /* firmware calls that a child came back from */
	uint8_t bytes[SHARED_BYTES];
};

/* Arm DEN 0022, PSCI: functions without effect. */
#define PSCI_VERSION 0x84000000u
#define PSCI_FEATURES 0x8400000au
