/* SPDX-License-Identifier: BSD-2-Clause */
/* What lwIP asks of compiler and machine. */
#pragma once

#include <stdint.h>

#include "chksum.h"

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_CTYPE_H 1

#define X8_F "02x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "zu"

/* Nothing is printed; LWIP_DEBUG is not defined. */
#define LWIP_PLATFORM_DIAG(message) \
	do {                        \
	} while (0)

/* Our own mistake, never the peer's: stops this protection domain. */
#define LWIP_PLATFORM_ASSERT(message) __builtin_trap()

/* Defined by services/lwip: 32 bits that a peer cannot guess from those it has seen. */
uint32_t net_random(void);
#define LWIP_RAND() net_random()
