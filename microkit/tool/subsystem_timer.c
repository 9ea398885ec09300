/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <timer>: one driver, which every client calls and which notifies it.
 */
#include <devices/timer/config.h>

#include "subsystem.h"

void subsystem_timer(struct expansion *x, struct subsystem *timer)
{
	struct timer_driver_config config = { .magic = TIMER_DRIVER_MAGIC,
		.counter_hz = x->board->counter_hz,
		.num_clients = (uint32_t)timer->num_clients };
	struct driver driver;

	if (!subsystem_driver(x, timer, "timer", &driver))
		return;
	config.irq = driver.irq;
	config.registers = driver.registers;
	for (size_t i = 0; i < timer->num_clients; i++) {
		const struct subsystem_client *client = &timer->clients[i];
		const struct pd *pd = &x->system->pds[client->pd];
		struct timer_client_config own = { .magic = TIMER_CLIENT_MAGIC,
			.counter_hz = x->board->counter_hz,
			.counter_direct = pd->counter };
		uint32_t ids[2];

		if (!subsystem_call_channel(x, &client->at,
			    (size_t[2]){ client->pd, driver.pd }, true, ids))
			return;
		own.channel = ids[0];
		config.channels[i] = (uint8_t)ids[1];
		subsystem_blob(x, &client->at, client->pd,
			subsystem_text("%s_timer_config", pd->name), "timer_config", &own,
			sizeof(own));
	}
	subsystem_blob(x, &timer->at, driver.pd, "timer_driver_config",
		"timer_driver_config", &config, sizeof(config));
}
