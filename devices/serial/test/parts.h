/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The components under test, each in a file part_*.c of its own that includes the
 * component's source, so that their entry points do not clash.
 *
 * X_start: the program starts anew, all of its memory as at the beginning.
 */
#pragma once

#include <microkit.h>

#include "../../lib/shared.h"

/* Before each load from shared memory the test may write there, as a neighbour could. */
void meddle(void);
#define shared_load_acquire(word) (meddle(), shared_load_acquire(word))
#define shared_load(word) (meddle(), shared_load(word))

#include "../queue.h"

void driver_start(void);
void driver_notified(microkit_channel ch);
struct queue *driver_tx(void);
struct queue *driver_rx(void);

void virt_tx_start(void);
void virt_tx_notified(microkit_channel ch);
struct queue *virt_tx_driver(void);
struct queue *virt_tx_client(uint32_t i);

void virt_rx_start(void);
void virt_rx_notified(microkit_channel ch);
struct queue *virt_rx_driver(void);
struct queue *virt_rx_console(void);
struct queue *virt_rx_client(uint32_t i);

void client_start(void);
struct queue *client_tx(void);
struct queue *client_rx(void);

/* What the head of client.c promises. */
bool client_invariant(void);
