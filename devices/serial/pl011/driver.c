/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of the PL011 UART.
 *
 *     virt_tx --> queue --> transmit FIFO          receive FIFO --> queue --> virt_rx
 *
 * Interrupts are let through only while they have a use: TX while bytes wait for room in
 * the FIFO, RX and RT (the end of what was received) while the queue has room. Received
 * bytes without room in the queue stay in the FIFO.
 *
 * TX comes when the FIFO drains through its level, not as long as it is below it (DDI
 * 0183, 2.8.2): so it is cleared before the FIFO is filled up, never after. RX and RT end
 * when the FIFO is read empty.
 *
 * The speed of the line is what firmware or reset has set. The debug kernel prints on the
 * same UART by waiting for room in the FIFO; the two mix by the byte, and disturb each
 * other in nothing else.
 */
#include <stddef.h>

#include <microkit.h>

#include <devices/lib/mmio.h>

#include "../../lib/signal.h"
#include "../counters.h"
#include "../queue.h"
#include "registers.h"

#define DRAIN_POLLS 1000000u /* far above a FIFO's drain at any usual speed */
#define IDLE_INTERRUPTS 100u /* in a row, with nothing to do: the device is broken */

enum { TX, RX, SIGNALS };

static struct {
	const struct serial_driver_config *config;
	struct serial_driver_counters *counters;
	uintptr_t registers;
	struct serial_queue tx;
	struct serial_queue rx;
	struct signal_link signals[SIGNALS];
	uint32_t let_through; /* what IMSC is */
	uint32_t idle;        /* interrupts in a row */
} driver;

__attribute__((used, section(".data")))
const struct serial_driver_config *serial_driver_config; /* set by the system file */

static uint32_t read(uint32_t offset)
{
	return mmio_read(driver.registers, offset);
}

static void write(uint32_t offset, uint32_t value)
{
	mmio_write(driver.registers, offset, value);
}

/* ---- Start ---- */

static bool is_pl011(void)
{
	uint32_t low = read(PL011_PERIPH_ID0) & 0xffu;
	uint32_t high = read(PL011_PERIPH_ID1) & 0xfu;

	return (high << 8 | low) == PL011_PART;
}

/*
 * 8 bits, no parity, FIFOs. LCR_H is written only while the UART is off and idle (3.3.7,
 * 3.3.8); if it is already right, as after a restart, nothing on the line is disturbed.
 */
static void start_device(void)
{
	const uint32_t line = PL011_LCR_H_FEN | PL011_LCR_H_WLEN_8;
	const uint32_t on = PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE;

	write(PL011_IMSC, 0);
	if ((read(PL011_CR) & on) != on || read(PL011_LCR_H) != line) {
		for (uint32_t i = 0; i < DRAIN_POLLS && (read(PL011_FR) & PL011_FR_BUSY);
			i++) {
		}
		write(PL011_CR, 0);
		write(PL011_LCR_H, line);
		write(PL011_CR, on);
	}
	write(PL011_IFLS, PL011_IFLS_TX_1_8 | PL011_IFLS_RX_1_2);
	/* What was received before still wants to be read. */
	write(PL011_ICR, PL011_INT_ALL & ~(PL011_INT_RX | PL011_INT_RT));
}

/* ---- Work ---- */

/* Returns whether bytes wait because the FIFO is full. */
static bool transmit(void)
{
	uint32_t count = queue_refresh(&driver.tx.queue);
	uint8_t byte;

	while (count > 0) {
		uint32_t flags = read(PL011_FR);
		uint32_t room = flags & PL011_FR_TXFE ? PL011_FIFO_BYTES : 1;

		if (flags & PL011_FR_TXFF)
			return true;
		for (; room > 0 && count > 0; room--, count--) {
			if (!serial_take(&driver.tx, &byte))
				return false;
			write(PL011_DR, byte);
			driver.counters->tx_bytes++;
			driver.idle = 0;
		}
	}
	return false;
}

static void receive_byte(uint32_t data)
{
	driver.idle = 0;
	if (data & PL011_DR_OE)
		driver.counters->overruns++;
	if (data & (PL011_DR_FE | PL011_DR_PE | PL011_DR_BE))
		driver.counters->line_errors++;
	else if (serial_put(&driver.rx, (uint8_t)data))
		driver.counters->rx_bytes++;
}

/*
 * Returns whether bytes wait, or may, because the queue is full. At most one look at the
 * queue's room: what comes meanwhile interrupts again.
 */
static bool receive(void)
{
	uint32_t room = queue_refresh(&driver.rx.queue);

	while (room > 0 && !(read(PL011_FR) & PL011_FR_RXFE)) {
		receive_byte(read(PL011_DR));
		room--;
	}
	return room == 0;
}

static void work(void)
{
	bool tx_waits = transmit();
	bool rx_waits = receive();
	uint32_t wanted = 0;

	if (tx_waits)
		wanted |= PL011_INT_TX;
	if (!rx_waits && driver.counters->state == SERIAL_DRIVER_RUNNING)
		wanted |= PL011_INT_RX | PL011_INT_RT;
	driver.signals[RX].awaited = rx_waits;
	if (wanted != driver.let_through)
		write(PL011_IMSC, wanted);
	driver.let_through = wanted;
}

/* ---- Entry points ---- */

void init(void)
{
	const struct serial_driver_config *config = serial_driver_config;

	if (config == NULL || config->magic != SERIAL_DRIVER_MAGIC)
		__builtin_trap();
	driver.config = config;
	driver.registers = config->registers;
	driver.counters = (struct serial_driver_counters *)(uintptr_t)config->counters;
	driver.counters->state = SERIAL_DRIVER_RUNNING;
	if (!is_pl011()) {
		driver.counters->state = SERIAL_DRIVER_NO_DEVICE;
		microkit_dbg_puts("serial driver: no PL011 at its registers\n");
		return;
	}
	start_device();
	if (!serial_consume(&driver.tx, &config->tx) ||
		!serial_produce(&driver.rx, &config->rx))
		__builtin_trap();
	driver.signals[TX] = (struct signal_link){ &driver.tx.queue, config->tx.channel,
		true };
	driver.signals[RX] = (struct signal_link){ &driver.rx.queue, config->rx.channel,
		false };
	signal_start(driver.signals, SIGNALS);
}

/* An interrupt. Returns whether it may come again. */
static bool interrupted(void)
{
	driver.counters->interrupts++;
	driver.idle++;
	if (driver.idle > IDLE_INTERRUPTS)
		driver.counters->state = SERIAL_DRIVER_BROKEN;
	write(PL011_ICR, PL011_INT_TX);
	return driver.counters->state == SERIAL_DRIVER_RUNNING;
}

void notified(microkit_channel ch)
{
	bool acknowledge = false;

	if (driver.counters->state == SERIAL_DRIVER_NO_DEVICE)
		return;
	if (ch == driver.config->irq)
		acknowledge = interrupted();
	do {
		work();
	} while (signal_round(driver.signals, SIGNALS));
	driver.counters->peer_faults = driver.tx.queue.faults + driver.rx.queue.faults;
	if (acknowledge)
		microkit_deferred_irq_ack(ch);
}
