/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of the PL011: two FIFOs of 16 bytes, interrupts as Arm DDI 0183, 2.8 has them,
 * and a line that moves when the test says so. With `lies` any register may read as
 * anything.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVICE_SENT_MAX (1u << 20)

struct device {
	bool absent;   /* another device is there */
	bool busy;     /* FR.BUSY never ends */
	bool sticky;   /* TX ends only when it is cleared, as in QEMU's model */
	uint32_t lies; /* one read in so many is wrong; 0: none */
	uint64_t accesses;
	uint32_t control, line_control, mask, raw;
	uint32_t tx_count, rx_count;
	uint8_t tx[16];
	uint16_t rx[16]; /* as DR reads */
	bool overrun;    /* the next byte received says so */
	size_t sent; /* bytes that left on the line, of which the last are in `line` */
	uint8_t line[DEVICE_SENT_MAX];
};

extern struct device device;

/* As after reset. */
void device_reset(void);

/* The line takes a byte from the transmit FIFO; false if there is none. */
bool device_send(void);

/* A byte arrives, with error bits as in DR. False: the FIFO was full, it is lost. */
bool device_receive(uint16_t data);

/* The line is silent: what is in the receive FIFO wants to be read. */
void device_silence(void);

/* Whether the interrupt line is raised. */
bool device_interrupts(void);
