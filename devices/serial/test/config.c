/* SPDX-License-Identifier: BSD-2-Clause */
/* Configurations: what is left out, and what stops a component. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../client.h"
#include "world.h"

void meddle(void)
{
}

/* Whether the component stops at its start: a program of its own tries. */
static bool stops(uint32_t pd)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		(void)freopen("/dev/null", "w", stderr);
		world_start_part(pd);
		_exit(0);
	}
	return waitpid(child, &status, 0) == child && status != 0;
}

static void type(const char *text)
{
	for (; *text != '\0'; text++)
		device_receive((uint8_t)*text);
	device_silence();
	world_settle();
}

static void magic(void)
{
	world_start(2, 16, 0);
	for (uint32_t pd = 0; pd <= CLIENT_0; pd++)
		REQUIRE(!stops(pd));
	configs.driver.magic++;
	configs.tx.magic++;
	configs.rx.magic++;
	configs.clients[0].magic++;
	for (uint32_t pd = 0; pd <= CLIENT_0; pd++)
		REQUIRE(stops(pd));
	world_end();
}

static void capacity(void)
{
	world_start(2, 16, 0);
	configs.driver.tx.capacity = 12;
	configs.tx.clients[1].link.capacity = 0;
	configs.rx.clients[1].link.capacity = 2 * QUEUE_CAPACITY_MAX;
	configs.clients[0].rx.capacity = 17;
	for (uint32_t pd = 0; pd <= CLIENT_0; pd++)
		REQUIRE(stops(pd));
	world_end();
	world_start(2, 16, 0);
	configs.driver.rx.capacity = 12;
	configs.tx.driver.capacity = 3;
	configs.rx.console.capacity = 3;
	configs.clients[0].tx.capacity = 3;
	for (uint32_t pd = 0; pd <= CLIENT_0; pd++)
		REQUIRE(stops(pd));
	world_end();
	world_start(2, 16, 0);
	configs.tx.num_clients = SERIAL_CLIENTS_MAX + 1u;
	configs.rx.num_clients = SERIAL_CLIENTS_MAX + 1u;
	REQUIRE(stops(VIRT_TX_PD) && stops(VIRT_RX_PD));
	world_end();
}

/* A client without input, and nobody who has any. */
static void no_input(void)
{
	uint8_t byte;

	world_start(1, 16, 0);
	configs.clients[0].rx.ring = CONFIG_NOT_MAPPED;
	configs.rx.num_clients = 0;
	world_start_part(CLIENT_0);
	world_start_part(VIRT_RX_PD);
	REQUIRE(world_settle());
	type("ab\x1c"
	     "0");
	REQUIRE(world.rx.dropped == 2 && world.rx.commands == 1 && device.sent == 0);
	REQUIRE(serial_read(&byte, 1) == 0);
	serial_puts("out\n");
	REQUIRE(world_settle() && device.sent == 4 && !world.trouble);
	world_end();
}

/* Without a console the switch works, and nothing is said. */
static void no_console(void)
{
	uint8_t byte;

	world_start(2, 16, 0);
	configs.rx.console.ring = CONFIG_NOT_MAPPED;
	world_start_part(VIRT_RX_PD);
	(void)queue_refresh(&world.client_rx[1].queue); /* it was signalled */
	REQUIRE(world_settle());
	type("\x1c"
	     "1a");
	REQUIRE(serial_take(&world.client_rx[1], &byte) && byte == 'a');
	REQUIRE(device.sent == 0 && !world.trouble);
	world_end();
}

/* A device that is on, with other settings: it is set. */
static void other_settings(void)
{
	world_start(1, 16, 0);
	device.line_control = 0;
	world_start_part(DRIVER_PD);
	REQUIRE(world_settle());
	serial_puts("set\n");
	REQUIRE(world_settle() && device.line_control == 0x70 && device.sent == 4);
	world_end();
}

static const struct test_case cases[] = {
	{ "another version stops a component", magic },
	{ "a number that cannot be stops a component", capacity },
	{ "no client with input", no_input },
	{ "no console", no_console },
	{ "a device with other settings", other_settings },
};

int main(void)
{
	return TEST_RUN("serial, configuration", cases);
}
