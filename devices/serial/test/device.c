/* SPDX-License-Identifier: BSD-2-Clause */
#include "device.h"

#include <string.h>

#include <devices/lib/mmio.h>

#include "../pl011/registers.h"
#include "../../lib/test/test.h"

#define FIFO 16u
#define TX_LEVEL 2u
#define RX_LEVEL 8u

struct device device;

void device_reset(void)
{
	memset(&device, 0, sizeof(device));
	device.control = PL011_CR_TXE | PL011_CR_RXE;
}

bool device_send(void)
{
	if (device.tx_count == 0)
		return false;
	device.line[device.sent++ % DEVICE_SENT_MAX] = device.tx[0];
	memmove(device.tx, device.tx + 1, --device.tx_count);
	if (device.tx_count == TX_LEVEL)
		device.raw |= PL011_INT_TX;
	return true;
}

bool device_receive(uint16_t data)
{
	if (device.rx_count == FIFO) {
		device.overrun = true;
		return false;
	}
	device.rx[device.rx_count++] = (uint16_t)(data |
						  (device.overrun ? PL011_DR_OE : 0));
	device.overrun = false;
	if (device.rx_count == RX_LEVEL)
		device.raw |= PL011_INT_RX;
	return true;
}

void device_silence(void)
{
	if (device.rx_count > 0)
		device.raw |= PL011_INT_RT;
}

bool device_interrupts(void)
{
	return (device.raw & device.mask) != 0;
}

static uint32_t read_data(void)
{
	uint32_t data = device.rx[0];

	if (device.rx_count == 0)
		return 0;
	memmove(device.rx, device.rx + 1, --device.rx_count * sizeof(device.rx[0]));
	if (device.rx_count < RX_LEVEL)
		device.raw &= ~PL011_INT_RX;
	if (device.rx_count == 0)
		device.raw &= ~PL011_INT_RT;
	return data;
}

static uint32_t flags(void)
{
	return (device.rx_count == 0 ? PL011_FR_RXFE : 0) |
	       (device.tx_count == FIFO ? PL011_FR_TXFF : 0) |
	       (device.tx_count == 0 ? PL011_FR_TXFE : 0) |
	       (device.busy || device.tx_count > 0 ? PL011_FR_BUSY : 0);
}

uint32_t mmio_read(uintptr_t registers, uint32_t offset)
{
	(void)registers;
	device.accesses++;
	if (device.lies != 0 && test_draw(device.lies) == 0)
		return (uint32_t)test_random();
	switch (offset) {
	case PL011_DR:
		return read_data();
	case PL011_FR:
		if (device.busy && device.tx_count > 0)
			device_send();
		return flags();
	case PL011_LCR_H:
		return device.line_control;
	case PL011_CR:
		return device.control;
	case PL011_PERIPH_ID0:
		return device.absent ? 0x31 : 0x11;
	case PL011_PERIPH_ID1:
		return 0x10;
	default:
		return 0;
	}
}

void mmio_write(uintptr_t registers, uint32_t offset, uint32_t value)
{
	(void)registers;
	device.accesses++;
	switch (offset) {
	case PL011_DR:
		if (device.tx_count < FIFO)
			device.tx[device.tx_count++] = (uint8_t)value;
		else if (device.lies == 0)
			__builtin_trap(); /* the driver writes into a full FIFO */
		if (device.tx_count > TX_LEVEL && !device.sticky)
			device.raw &= ~PL011_INT_TX;
		break;
	case PL011_LCR_H:
		if (device.control & PL011_CR_UARTEN)
			__builtin_trap(); /* 3.3.7 */
		device.line_control = value;
		break;
	case PL011_CR:
		device.control = value;
		break;
	case PL011_IMSC:
		device.mask = value;
		break;
	case PL011_ICR:
		device.raw &= ~value;
		break;
	default:
		break;
	}
}
