/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <string.h>

#include "wipe.h"

#define WORDS_MAX (ENTROPY_BYTES_MAX / 8u)

__attribute__((used, section(".data")))
const struct entropy_client_config *entropy_config;

enum entropy_status entropy_draw(void *data, size_t bytes)
{
	uint64_t words[WORDS_MAX];
	uint64_t count = (bytes + 7u) / 8u;

	if (entropy_config == NULL)
		return ENTROPY_ABSENT;
	if (entropy_config->magic != ENTROPY_CLIENT_MAGIC)
		__builtin_trap();
	if (bytes == 0 || bytes > ENTROPY_BYTES_MAX)
		return ENTROPY_BAD_REQUEST;
	microkit_mr_set(0, bytes);
	microkit_msginfo reply = microkit_ppcall(
		entropy_config->channel, microkit_msginfo_new(ENTROPY_DRAW, 1));
	uint64_t label = microkit_msginfo_get_label(reply);
	if (label != ENTROPY_OK) /* a driver that stops will notify when it starts */
		return label == ENTROPY_BAD_REQUEST || label == ENTROPY_NO_DEVICE
			       ? (enum entropy_status)label
			       : ENTROPY_EMPTY;
	if (microkit_msginfo_get_count(reply) < count)
		return ENTROPY_NO_DEVICE;
	for (uint8_t i = 0; i < count; i++) {
		words[i] = microkit_mr_get(i);
		microkit_mr_set(i, 0);
	}
	memcpy(data, words, bytes);
	entropy_wipe(words, sizeof(words));
	return ENTROPY_OK;
}
