/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console for a client of the serial class (libserial.a).
 *
 *     void init(void)
 *     {
 *             serial_init();
 *             serial_printf("%u sheep\n", sheep);
 *     }
 *
 *     void notified(microkit_channel ch)
 *     {
 *             if (ch == serial_rx_channel())
 *                     while (serial_read(&byte, 1) == 1)
 *                             ...
 *
 * What is written goes out at each '\n', and at serial_flush: until then it is in the
 * queue, but not handed over. So lines of two clients never mix, unless a line is longer
 * than the queue or is flushed in pieces.
 *
 * Nothing here waits. What has no room in the queue is the caller's to keep
 * (serial_write) or is dropped and counted (serial_puts, serial_printf). On the core of
 * the serial components, which have a higher priority, that happens only when the line
 * is slower than the program for as long as both queues are full.
 *
 * No call overwrites message words or a deferred signal.
 */
#pragma once

#include <stddef.h>

#include <microkit.h>

#include "queue.h"

extern const struct serial_client_config *serial_config; /* set by the system file */

/* Call it first, in init. Stops the PD if it was built with another version. */
void serial_init(void);

/* Notified when room was made after serial_write had taken less than all. */
static inline microkit_channel serial_tx_channel(void)
{
	return serial_config->tx.channel;
}

/* Notified when input has come after serial_read had returned less than asked for. */
static inline microkit_channel serial_rx_channel(void)
{
	return serial_config->rx.channel;
}

/* Writes bytes; returns how many were taken, the first ones. Borrows: data. */
size_t serial_write(const void *data, size_t bytes);

/* Hands over what has been written since the last '\n'. */
void serial_flush(void);

/*
 * Writes a text. What finds no room is dropped and counted; a line that lost its end so
 * is ended before the next text. serial_print: likewise, `bytes` bytes.
 */
void serial_puts(const char *text);
void serial_print(const char *text, size_t bytes);

/*
 * Likewise, formatted: %s %c %d %u %x %%, with l or ll before d, u and x, and a minimal width
 * with or without leading 0: %5u, %016lx. Anything else is written as it stands.
 */
void serial_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Bytes that serial_puts and serial_printf have dropped since serial_init. */
uint64_t serial_dropped(void);

/*
 * Whether virt_tx has taken all that was handed over; if not, it signals when it has gone
 * on. For who is about to start anew: what is in the queue then is lost.
 */
bool serial_drained(void);

/*
 * Looks, and says how often virt_tx has been seen to start anew since serial_init: what had
 * been handed over and not taken was lost.
 */
uint32_t serial_restarts(void);

/*
 * Reads what has come, at most `bytes`; returns how many. 0 if there is nothing, as
 * always in a client with input="false". What is read is untrusted. (Flush a prompt.)
 */
size_t serial_read(void *data, size_t bytes);
