/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum (RFC 1071), which lwIP computes with these.
 *
 * A sum is that of the 16-bit words in memory order, with end-around carry, so it is
 * right as it stands in memory whatever the byte order. A last odd byte is summed as if
 * a zero byte followed. Data may begin at any address.
 */
#pragma once

#include <stdint.h>

/* The sum of `bytes` >= 0 bytes; not inverted. */
uint16_t chksum_add(const void *data, int bytes);

/* Copies, and sums what is copied. The areas do not overlap. */
uint16_t chksum_copy(void *restrict to, const void *restrict from, unsigned int bytes);
