/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio block device (virtio 1.2, 5.2) on the general model: a small disk, which finishes
 * requests in any order, or fails them.
 */
#pragma once

#include "../../../virtio/test/model.h"

#define DISK_BLOCKS 64u
#define DISK_BLOCK_BYTES 512u

struct disk {
	struct model_memory data; /* where data may be */
	bool broken;              /* requests fail */
	uint64_t done, flushes;
	uint8_t blocks[DISK_BLOCKS][DISK_BLOCK_BYTES];
};

extern struct disk disk;

/* A device just plugged in; the disk keeps what it has. */
void disk_plug(uint64_t features, uint32_t number_max);

/* Does something: fetches, or finishes a request. False if there is nothing to do. */
bool disk_run(void);
