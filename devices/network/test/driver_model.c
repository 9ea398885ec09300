/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A driver as the contract wants it, with a device that reads a frame to send only when it
 * gives its buffer back, as late as it may.
 */
#include <string.h>

#include "world.h"

void driver_init(void);
void driver_notified(microkit_channel ch);
void driver_forget(void);

struct device device;

static struct {
	struct network_link rx, tx;
	struct signal_link signals[4];
	uint64_t rx_slots[NETWORK_BUFFERS_MAX];
	uint64_t tx_slots[CLIENTS * NETWORK_BUFFERS_MAX];
} driver;

/* Whose Tx buffer is at a device address. */
static uint32_t owner(uint64_t where)
{
	uint32_t i = 0;
	while (i < CLIENTS &&
		where - world.virt_tx.clients[i].data_paddr >=
			(uint64_t)world.shape.tx_buffers * NETWORK_BUFFER_BYTES)
		i++;
	CHECK(i < CLIENTS);
	return i;
}

/* The device transmits: looks at each frame that it was given, in order. */
static void transmit(void)
{
	for (uint32_t i = 0; i < device.tx_count; i++) {
		uint64_t where = network_slot_where(driver.tx_slots[i]);
		uint32_t bytes = network_slot_bytes(driver.tx_slots[i]);
		uint32_t from = owner(where);
		uint8_t *frame =
			(uint8_t *)(uintptr_t)(where -
					       world.virt_tx.clients[from].data_paddr +
					       world.tx_data[from] +
					       NETWORK_FRAME_OFFSET);
		if (device.doubtful[from] == 0) {
			uint64_t number = frame_check(frame, bytes, from);
			CHECK(number == 0 || number > device.last[from]);
			device.last[from] = number != 0 ? number : device.last[from];
			device.sent[from]++;
		}
		for (uint32_t c = 0; c < CLIENTS; c++)
			if (device.doubtful[c] != 0 && device.doubtful[c] != UINT32_MAX)
				device.doubtful[c]--;
		CHECK(network_put(&driver.tx.give, where));
	}
	device.tx_count = 0;
}

/* Resets the device for a virtualiser that has started anew. */
static void look(void)
{
	if (network_link_restarted(&driver.rx))
		device.rx_count = 0;
	if (network_link_restarted(&driver.tx))
		device.tx_count = 0;
}

static void work(void)
{
	uint64_t slot;
	look();
	while (network_take(&driver.rx.take, &slot)) {
		CHECK(device.rx_count < world.shape.rx_buffers && slot >> 48 == 0);
		driver.rx_slots[device.rx_count++] = slot;
	}
	while (network_take(&driver.tx.take, &slot)) {
		uint32_t from = owner(network_slot_where(slot));
		CHECK(network_frame_possible(network_slot_bytes(slot)));
		CHECK(network_slot_where(slot) % NETWORK_BUFFER_BYTES == 0);
		CHECK(from < CLIENTS && device.tx_count < 64);
		driver.tx_slots[device.tx_count++] = slot;
	}
	if (device.tx_count > NETWORK_TX_LAZY)
		transmit();
	driver.signals[0].awaited = device.rx_count <= world.shape.rx_buffers / 2;
}

void device_receive(const uint8_t to[6], uint32_t bytes)
{
	world.now = DRIVER;
	look();
	if (device.rx_count == 0) {
		device.missed++;
		return;
	}
	uint32_t which = draw_below(device.rx_count);
	uint64_t where = network_slot_where(driver.rx_slots[which]);
	driver.rx_slots[which] = driver.rx_slots[--device.rx_count];
	uint8_t *frame = (uint8_t *)(uintptr_t)(where - world.virt_rx.data_paddr +
						world.rx_data + NETWORK_FRAME_OFFSET);
	frame_make(frame, bytes < NETWORK_FRAME_MAX ? bytes : NETWORK_FRAME_MAX, to, 99,
		++device.injected);
	(void)network_put(&driver.rx.give, network_slot(where, bytes));
}

void driver_notified(microkit_channel ch)
{
	(void)ch;
	do
		work();
	while (signal_round(driver.signals, 4));
}

void driver_init(void)
{
	CHECK(network_link_start(&driver.rx, &world.driver.rx, false));
	CHECK(network_link_start(&driver.tx, &world.driver.tx, true));
	driver.signals[0] = (struct signal_link){ &driver.rx.take.queue, VIRT_RX, true };
	driver.signals[1] = (struct signal_link){ &driver.rx.give.queue, VIRT_RX, false };
	driver.signals[2] = (struct signal_link){ &driver.tx.take.queue, VIRT_TX, true };
	driver.signals[3] = (struct signal_link){ &driver.tx.give.queue, VIRT_TX, false };
	signal_start(driver.signals, 4);
}

void driver_forget(void)
{
	memset(&driver, 0, sizeof(driver));
	device.rx_count = 0;
	device.tx_count = 0;
}

struct network_link *driver_link(uint32_t number)
{
	return number == 0 ? &driver.rx : &driver.tx;
}
