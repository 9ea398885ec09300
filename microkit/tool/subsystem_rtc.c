/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <rtc>: one driver, which every client calls.
 */
#include <devices/rtc/config.h>

#include "subsystem.h"

void subsystem_rtc(struct expansion *x, struct subsystem *rtc)
{
	struct rtc_driver_config config = { .magic = RTC_DRIVER_MAGIC,
		.counter_hz = x->board->counter_hz };
	struct driver driver;

	if (!subsystem_driver(x, rtc, "rtc", &driver))
		return;
	config.registers = driver.registers;
	for (size_t i = 0; i < rtc->num_clients; i++) {
		const struct subsystem_client *client = &rtc->clients[i];
		const struct pd *pd = &x->system->pds[client->pd];
		struct rtc_client_config own = { .magic = RTC_CLIENT_MAGIC,
			.counter_hz = x->board->counter_hz,
			.counter_direct = pd->counter };
		uint32_t ids[2];

		if (!subsystem_call_channel(x, &client->at,
			    (size_t[2]){ client->pd, driver.pd }, false, ids))
			return;
		own.channel = ids[0];
		subsystem_blob(x, &client->at, client->pd,
			subsystem_text("%s_rtc_config", pd->name), "rtc_config", &own,
			sizeof(own));
	}
	subsystem_blob(x, &rtc->at, driver.pd, "rtc_driver_config", "rtc_driver_config",
		&config, sizeof(config));
}
