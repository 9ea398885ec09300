/* SPDX-License-Identifier: BSD-2-Clause */
/* What is around the driver in its test: neighbours, the network, signals; world.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../../queue.h"
#include "card.h"

#define WORLD_BUFFERS_MAX 256u
#define WORLD_IRQ 5u
#define WORLD_RX 3u
#define WORLD_TX 6u
#define WORLD_LISTENERS 9u /* two clients, to be told of the carrier */

/* One neighbour: a virtualiser with one client. */
struct world_end {
	struct network_link link;
	uint8_t (*data)[NETWORK_BUFFER_BYTES];
	bool home[WORLD_BUFFERS_MAX];      /* not with the driver */
	bool kept[WORLD_BUFFERS_MAX];      /* Rx: a client has it for a while */
	uint32_t frame[WORLD_BUFFERS_MAX]; /* Tx: number of the frame in it; 0: sent */
	uint32_t out;                      /* buffers that the driver has */
	bool pending;                      /* was signalled */
};

struct world {
	bool hooks;       /* device and neighbours run at each access of the driver */
	bool anew;        /* ends start anew now and then */
	bool hostile;     /* the device lies */
	bool unplugs;     /* the device's carrier comes and goes */
	uint32_t told[2]; /* the carrier page when each listener was notified last */
	uint32_t capacity;
	struct world_end rx, tx;
	uint32_t arriving; /* frames that the network has for the device */
	uint32_t to_send;  /* frames that the client has */
	/* Numbers of frames. */
	uint32_t delivered, received, handed, sent, runts, empty;
};

extern struct world world;

/* Everything anew: memory full of `fill`, a device, no driver yet. */
void world_init(uint64_t seed, uint32_t capacity, int fill);

/* Starts the driver, in the test's copy of its program. */
void world_start_driver(void);
void world_start_rx(void);
void world_start_tx(void);

/* One of them does something. The driver and the ends: if they were signalled. */
bool world_run_driver(void);
bool world_run_rx(void);
bool world_run_tx(void);

/* A buffer's device address. */
uint64_t world_where(const struct world_end *end, uint32_t buffer);

/* Frames are known by their numbers, which say how long they are and what is in them. */
uint32_t world_frame_bytes(uint32_t number);
void world_write_frame(uint8_t *frame, uint32_t number, uint32_t bytes);

/* As many sent buffers may wait: fewer where there are too few for NETWORK_TX_LAZY. */
uint32_t world_lazy(void);

/* A random step of anybody; new frames come now and then. */
void world_step(void);

/* Lets all run until nobody is signalled any more. False if that does not end. */
bool world_settle(void);

/* Where the parts of the driver's program are that a test looks into: driver.c. */
void driver_forget(void);
bool driver_runs(void);
uint32_t driver_has(bool rx); /* requests in the device */
extern struct network_driver_counters world_counters;
extern struct network_driver_config world_config;
extern struct network_carrier world_carrier;
