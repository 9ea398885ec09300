/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the components of the serial class count, each in a region of its own named
 * <component>_counters that any PD may be given to read. A reader sees each word whole, but
 * not all at the same moment. A component that starts anew counts on; only `state` and
 * `peer_faults` are those of its present life.
 */
#pragma once

#include <stdint.h>

struct serial_driver_counters {
	uint64_t tx_bytes, rx_bytes;
	/* Times that the device lost bytes: its FIFO was full, or it had to be reset. */
	uint64_t overruns;
	uint64_t line_errors; /* bytes dropped: framing, parity, break */
	uint64_t interrupts;
	uint64_t peer_faults; /* virtualisers cut off: queue.faults */
	uint64_t state;       /* enum serial_driver_state */
};

enum serial_driver_state {
	SERIAL_DRIVER_RUNNING = 0,
	SERIAL_DRIVER_NO_DEVICE, /* none of this kind, with what is needed, is there */
	/* The UART interrupts without end: sends, but receives no more. The virtio device
	 * does not do what it must: is left alone. */
	SERIAL_DRIVER_BROKEN,
};

struct serial_virt_tx_counters {
	uint64_t bytes, lines; /* handed to the driver; labels included */
	uint64_t cut;          /* lines that were ended before their '\n' */
	uint64_t replaced;     /* control characters that were not let through */
	uint64_t starts;       /* of clients and driver that were seen */
	uint64_t peer_faults;
};

struct serial_virt_rx_counters {
	uint64_t bytes;    /* handed to clients */
	uint64_t dropped;  /* the client's queue was full, or there is no client */
	uint64_t commands; /* that followed an escape character */
	uint64_t peer_faults;
};
