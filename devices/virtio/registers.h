/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers, feature bits and queue layout of virtio devices behind MMIO.
 *
 * From "Virtual I/O Device (VIRTIO) Version 1.2", OASIS: section 4.2.2 (registers), 2.1
 * (status), 6 (feature bits), 2.7 (split virtqueues). All is little endian, each
 * register 32 bits wide.
 */
#pragma once

#include <stdint.h>

#define VIRTIO_MMIO_MAGIC_VALUE 0x000u         /* r */
#define VIRTIO_MMIO_VERSION 0x004u             /* r */
#define VIRTIO_MMIO_DEVICE_ID 0x008u           /* r: 0 in a slot without a device */
#define VIRTIO_MMIO_DEVICE_FEATURES 0x010u     /* r: 32 bits, chosen by _SEL */
#define VIRTIO_MMIO_DEVICE_FEATURES_SEL 0x014u /* w */
#define VIRTIO_MMIO_DRIVER_FEATURES 0x020u     /* w */
#define VIRTIO_MMIO_DRIVER_FEATURES_SEL 0x024u /* w */
#define VIRTIO_MMIO_QUEUE_SEL 0x030u           /* w: chooses the queue of 034 to 0a4 */
#define VIRTIO_MMIO_QUEUE_NUM_MAX 0x034u       /* r: 0 if there is no such queue */
#define VIRTIO_MMIO_QUEUE_NUM 0x038u           /* w */
#define VIRTIO_MMIO_QUEUE_READY 0x044u         /* rw */
#define VIRTIO_MMIO_QUEUE_NOTIFY 0x050u        /* w: the number of the queue */
#define VIRTIO_MMIO_INTERRUPT_STATUS 0x060u    /* r */
#define VIRTIO_MMIO_INTERRUPT_ACK 0x064u       /* w */
#define VIRTIO_MMIO_STATUS 0x070u              /* rw: 0 resets the device */
#define VIRTIO_MMIO_QUEUE_DESC_LOW 0x080u      /* w; the high half 4 bytes on */
#define VIRTIO_MMIO_QUEUE_DRIVER_LOW 0x090u    /* w: the available ring */
#define VIRTIO_MMIO_QUEUE_DEVICE_LOW 0x0a0u    /* w: the used ring */
#define VIRTIO_MMIO_CONFIG_GENERATION 0x0fcu   /* r: another when the configuration is */
#define VIRTIO_MMIO_CONFIG 0x100u              /* rw: the configuration, by class */

#define VIRTIO_MMIO_MAGIC 0x74726976u /* "virt" */
#define VIRTIO_MMIO_VERSION_2 2u      /* 1 is the legacy interface */

#define VIRTIO_INTERRUPT_USED (1u << 0) /* buffers */
#define VIRTIO_INTERRUPT_CONFIGURATION (1u << 1)
#define VIRTIO_INTERRUPTS (VIRTIO_INTERRUPT_USED | VIRTIO_INTERRUPT_CONFIGURATION)

#define VIRTIO_STATUS_ACKNOWLEDGE (1u << 0)
#define VIRTIO_STATUS_DRIVER (1u << 1)
#define VIRTIO_STATUS_DRIVER_OK (1u << 2)
#define VIRTIO_STATUS_FEATURES_OK (1u << 3)
#define VIRTIO_STATUS_NEEDS_RESET (1u << 6)

#define VIRTIO_F_EVENT_IDX (1ull << 29) /* signals at an index, not by a flag */
#define VIRTIO_F_VERSION_1 (1ull << 32)

#define VIRTQUEUE_SIZE_MAX 256u /* descriptors of a queue that we use at the most */

#define VIRTQ_DESC_F_NEXT 1u
#define VIRTQ_DESC_F_WRITE 2u /* the device writes */

struct virtqueue_descriptor {
	uint64_t address;
	uint32_t bytes;
	uint16_t flags;
	uint16_t next; /* with VIRTQ_DESC_F_NEXT */
};

struct virtqueue_available {
	uint16_t flags;
	uint16_t index; /* runs freely */
	/* ids of first descriptors; used_event follows the last one of the queue */
	uint16_t ring[VIRTQUEUE_SIZE_MAX + 1];
};

struct virtqueue_used_element {
	uint32_t id;
	uint32_t bytes; /* that the device has written */
};

struct virtqueue_used {
	uint16_t flags;
	uint16_t index; /* runs freely */
	/* avail_event is where the id of the element after the last would be */
	struct virtqueue_used_element ring[VIRTQUEUE_SIZE_MAX + 1];
};

/* What device and driver share, in memory that the device can reach. */
struct virtqueue_memory {
	struct virtqueue_descriptor descriptors[VIRTQUEUE_SIZE_MAX];
	_Alignas(64) struct virtqueue_available available; /* written by the driver */
	_Alignas(64) struct virtqueue_used used;           /* untrusted: by the device */
};
