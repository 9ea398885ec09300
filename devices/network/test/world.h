/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole network system in one process: the real virtualisers, copiers and client library,
 * a driver with a model device, and three clients; clients 0 and 1 have copiers, client 2
 * sees the device's buffers.
 *
 * A channel's id is the number of the PD at its other end. A PD runs when it is chosen, from
 * one entry to the end; its private memory is forgotten when it is restarted, shared memory
 * never is. Regions are allocated one by one, so that a sanitiser sees who leaves them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../client.h"
#include "../config.h"
#include "../queue.h"

#define CLIENTS 3u

enum { DRIVER, VIRT_RX, VIRT_TX, COPY_0, COPY_1, CLIENT_0, CLIENT_1, CLIENT_2, PDS };

struct shape {
	uint32_t rx_buffers;     /* the device's */
	uint32_t client_buffers; /* Rx, of each client with copier */
	uint32_t tx_buffers;     /* of each client */
	uint32_t quota;          /* of each client */
	bool coherent;
};

struct pd {
	const char *name;
	void (*init)(void);
	void (*notified)(microkit_channel ch);
	void (*forget)(void); /* zeroes its private memory */
};

struct world {
	struct shape shape;
	uint64_t pending[PDS]; /* channels that were notified */
	bool down[PDS];        /* killed; notifications are dropped */
	uint32_t now;          /* the PD that runs */
	struct network_driver_config driver;
	struct network_virt_rx_config virt_rx;
	struct network_virt_tx_config virt_tx;
	struct network_copy_config copy[2];
	struct network_client_config client[CLIENTS];
	uint64_t rx_data; /* the device's */
	uint64_t tx_data[CLIENTS];
	bool lies;                     /* nothing can be said of what is in the frames */
	uint64_t cleaned, invalidated; /* calls of cache maintenance */
};

struct test {
	const char *name;
	void (*run)(void);
};

extern struct world world;
extern const struct pd pds[PDS];

uint64_t draw(void);             /* a random number */
uint32_t draw_below(uint32_t n); /* 0 to n - 1 */

/* Allocates and describes it all; nothing runs yet. Frees what was there before. */
void world_make(const struct shape *shape);

void world_start(uint32_t pd); /* runs init, with forgotten memory */
void world_kill(uint32_t pd);
void world_run(uint32_t pd); /* one entry for each pending channel */
bool world_step(void);       /* runs one PD that has something pending; false if none */
void world_settle(void);     /* until nothing is pending */
void world_signal(uint32_t pd, microkit_channel ch);

/* Frames. Bytes from NETWORK_FRAME_MIN; below FRAME_CHECKED there is no number in it. */
#define FRAME_CHECKED 32u

void frame_make(uint8_t *frame, uint32_t bytes, const uint8_t to[6], uint32_t from,
	uint64_t number);
/* The number of a frame, 0 if it is too short for one. Stops the test if it is spoilt. */
uint64_t frame_check(const uint8_t *frame, uint32_t bytes, uint32_t from);

/* The model device (driver_model.c). */
void device_receive(const uint8_t to[6], uint32_t bytes);
uint8_t *device_memory(uint64_t where);
struct device {
	uint64_t injected;      /* number of the last frame from the wire */
	uint64_t missed;        /* no buffer */
	uint64_t sent[CLIENTS]; /* frames */
	uint64_t last[CLIENTS]; /* number of the last frame */
	/* So many of the next frames may be a client's from before it started anew;
	 * UINT32_MAX: virt_tx has not yet seen that. */
	uint32_t doubtful[CLIENTS];
	uint32_t rx_count, tx_count; /* buffers that it has */
};
extern struct device device;

/* The clients (app.c). */
struct app {
	struct network_client net;
	uint64_t received, last; /* frames, the number of the last */
	uint64_t sent;           /* number of the last that was sent, over all lives */
	uint32_t to_send;        /* frames */
	uint32_t hold;           /* of 16 frames so many are held for a while */
	uint32_t held;           /* elements of: */
	uint32_t holding[NETWORK_BUFFERS_MAX];
};
extern struct app apps[CLIENTS];

/* Buffers of the components, counted twice (pd_*.c). Stops the test if they differ. */
void virt_rx_check(void);
void virt_tx_check(void);
uint32_t virt_tx_in_flight(void);
/* The links of the components, for the test to age. */
struct network_link *virt_rx_link(uint32_t number); /* 0: driver's; 1 ..: clients' */
struct network_link *virt_tx_link(uint32_t number);
struct network_link *copy_0_link(uint32_t number); /* 0: virt_rx; 1: client */
struct network_link *copy_1_link(uint32_t number);
struct network_link *driver_link(uint32_t number); /* 0: rx, 1: tx */

int world_test(const struct test *cases, uint32_t count); /* prints; 1 if one failed */
__attribute__((noreturn)) void fail(const char *file, int line, const char *what);
#define CHECK(condition) ((condition) ? (void)0 : fail(__FILE__, __LINE__, #condition))
