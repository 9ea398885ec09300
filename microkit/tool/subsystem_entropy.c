/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <entropy>: one driver, which every client calls and which notifies it.
 */
#include <devices/entropy/config.h>

#include "subsystem.h"

void subsystem_entropy(struct expansion *x, struct subsystem *entropy)
{
	struct entropy_driver_config config = { .magic = ENTROPY_DRIVER_MAGIC,
		.num_clients = (uint32_t)entropy->num_clients };
	struct driver driver;

	if (!subsystem_driver(x, entropy, "entropy", &driver))
		return;
	config.irq = driver.irq;
	config.registers = driver.registers;
	config.dma_vaddr = driver.dma_vaddr;
	config.dma_paddr = driver.dma_paddr;
	config.dma_bytes = driver.device.dma_bytes;
	config.counters = subsystem_counters(x, driver.pd);
	for (size_t i = 0; i < entropy->num_clients; i++) {
		const struct subsystem_client *client = &entropy->clients[i];
		const struct pd *pd = &x->system->pds[client->pd];
		struct entropy_client_config own = { .magic = ENTROPY_CLIENT_MAGIC };
		uint32_t ids[2];

		if (!subsystem_call_channel(x, &client->at,
			    (size_t[2]){ client->pd, driver.pd }, true, ids))
			return;
		own.channel = ids[0];
		config.channels[i] = (uint8_t)ids[1];
		subsystem_blob(x, &client->at, client->pd,
			subsystem_text("%s_entropy_config", pd->name), "entropy_config",
			&own, sizeof(own));
	}
	subsystem_blob(x, &entropy->at, driver.pd, "entropy_driver_config",
		"entropy_driver_config", &config, sizeof(config));
}
