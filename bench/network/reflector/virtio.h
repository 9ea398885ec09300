/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio network device over MMIO, for a program that has the machine for itself.
 * Section numbers are those of "Virtual I/O Device (VIRTIO) Version 1.1".
 *
 * There are VIRTIO_BUFFERS buffers; number i is descriptor i of both queues, so that a
 * buffer moves from one to the other by its number. A buffer begins with the header of
 * 5.1.6, VIRTIO_HEADER_BYTES long, then comes the frame.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define VIRTIO_BUFFERS 256u
#define VIRTIO_BUFFER_BYTES 2048u
#define VIRTIO_HEADER_BYTES 12u

enum { VIRTIO_RX, VIRTIO_TX, VIRTIO_QUEUES };

extern uint8_t virtio_buffers[VIRTIO_BUFFERS][VIRTIO_BUFFER_BYTES];

/* Starts the device; false if there is none here. Stores its address in mac. */
bool virtio_start(uint8_t mac[6]);

/* The next buffer that the device is done with; false if there is none. */
bool virtio_take(unsigned int queue, uint32_t *buffer, uint32_t *bytes);

/* Gives the device a buffer: in the Tx queue one with a frame of `bytes` bytes. */
void virtio_give(unsigned int queue, uint32_t buffer, uint32_t bytes);

/* Shows the device what it has been given since the last call. */
void virtio_publish(unsigned int queue);

/* Halts the processor until a frame has come, unless one is there. */
void virtio_wait(void);
