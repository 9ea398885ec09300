/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clients: receive, look at each frame, hold some for a while, send `to_send` frames.
 */
#include <string.h>

#include "world.h"

void app_0_init(void);
void app_1_init(void);
void app_2_init(void);
void app_notified(microkit_channel ch);
void app_0_forget(void);
void app_1_forget(void);
void app_2_forget(void);

struct app apps[CLIENTS];

static void receive(struct app *app)
{
	uint32_t buffer, bytes;
	while (network_client_receive(&app->net, &buffer, &bytes)) {
		uint64_t number = frame_check(
			network_client_rx_frame(&app->net, buffer), bytes, 99);
		CHECK(number == 0 || number > app->last);
		app->last = number != 0 ? number : app->last;
		app->received++;
		if (draw() % 16 < app->hold)
			app->holding[app->held++] = buffer;
		else
			network_client_release(&app->net, buffer);
	}
	while (app->held > 0 && draw() % 16 >= app->hold) {
		uint32_t which = draw_below(app->held);
		network_client_release(&app->net, app->holding[which]);
		app->holding[which] = app->holding[--app->held];
	}
}

static void send(struct app *app)
{
	uint32_t buffer, number = (uint32_t)(app - apps);
	while (app->to_send > 0 && network_client_allocate(&app->net, &buffer)) {
		if (draw() % 8 == 0) {
			network_client_keep(&app->net, buffer);
			continue;
		}
		uint32_t bytes = 60 + draw_below(NETWORK_FRAME_MAX - 59);
		frame_make(network_client_tx_frame(&app->net, buffer), bytes,
			(const uint8_t[6]){ 2 }, number, ++app->sent);
		network_client_send(&app->net, buffer, bytes);
		app->to_send--;
	}
}

void app_notified(microkit_channel ch)
{
	struct app *app = &apps[world.now - CLIENT_0];
	(void)ch;
	do {
		receive(app);
		send(app);
	} while (network_client_round(&app->net));
}

static void start(uint32_t number)
{
	CHECK(network_client_start(&apps[number].net, &world.client[number]));
	apps[number].held = 0;
	device.doubtful[number] = UINT32_MAX;
}

static void forget(uint32_t number)
{
	memset(&apps[number].net, 0xA5, sizeof(apps[number].net));
}

void app_0_init(void)
{
	start(0);
}
void app_1_init(void)
{
	start(1);
}
void app_2_init(void)
{
	start(2);
}
void app_0_forget(void)
{
	forget(0);
}
void app_1_forget(void)
{
	forget(1);
}
void app_2_forget(void)
{
	forget(2);
}
