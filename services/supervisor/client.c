/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <stddef.h>

#include <microkit.h>

__attribute__((used, section(".data"))) const struct supervisor_client_config
	*supervisor_client_config; /* set by the system file */

static bool same(const char *a, const char *b)
{
	uint32_t i = 0;

	while (i < CONFIG_NAME_BYTES - 1u && a[i] == b[i] && a[i] != '\0')
		i++;
	return a[i] == b[i];
}

enum supervisor_answer supervisor_restart(const char *name)
{
	const struct supervisor_client_config *config = supervisor_client_config;
	uint32_t child = 0;
	microkit_msginfo reply;

	if (config == NULL || config->magic != SUPERVISOR_CLIENT_MAGIC)
		return SUPERVISOR_UNKNOWN;
	while (child < config->num_children && !same(config->names[child], name))
		child++;
	microkit_mr_set(0, child);
	reply = microkit_ppcall(config->channel, microkit_msginfo_new(0, 1));
	return microkit_msginfo_get_label(reply) == SUPERVISOR_OK ? SUPERVISOR_OK
	       : microkit_msginfo_get_label(reply) == SUPERVISOR_TOO_SOON
		       ? SUPERVISOR_TOO_SOON
		       : SUPERVISOR_UNKNOWN;
}
