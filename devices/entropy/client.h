/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random bytes for a client of the entropy class (libentropy.a): seeds and keys.
 *
 *     switch (entropy_draw(key, sizeof(key))) {
 *     case ENTROPY_OK: ...
 *     case ENTROPY_EMPTY: return;  and again when entropy_channel() was notified
 *     default: there are none, and there will be none
 *     }
 *
 * The bytes are the device's, unchanged, and nobody else gets them. Whoever needs many
 * draws a key and makes them of that.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <microkit.h>

#include "config.h"
#include "protocol.h"

/* Set by the system file; NULL in a system without <entropy/>. */
extern const struct entropy_client_config *entropy_config;

/* The channel that is notified after ENTROPY_EMPTY. Requires: entropy_config. */
static inline microkit_channel entropy_channel(void)
{
	return entropy_config->channel;
}

/*
 * Fills `data` with random bytes, or says why not; then nothing is changed. Overwrites the
 * message words. Stops the PD if it was built with another version of the class.
 * Requires: 1 <= bytes <= ENTROPY_BYTES_MAX; else ENTROPY_BAD_REQUEST.
 */
enum entropy_status entropy_draw(void *data, size_t bytes)
	__attribute__((warn_unused_result));
