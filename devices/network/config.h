/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration blobs of the network class; see devices/lib/config.h and queue.h. */
#pragma once

#include "../lib/config.h"

#define NETWORK_CLIENTS_MAX 48u
#define NETWORK_BUFFERS 256u /* of a region, unless the system file says otherwise */
#define NETWORK_BURST 16384u /* bytes; likewise */

#define NETWORK_DRIVER_MAGIC CONFIG_MAGIC('n', 'd', 'r', 2)
#define NETWORK_VIRT_RX_MAGIC CONFIG_MAGIC('n', 'v', 'r', 1)
#define NETWORK_VIRT_TX_MAGIC CONFIG_MAGIC('n', 'v', 't', 2)
#define NETWORK_COPY_MAGIC CONFIG_MAGIC('n', 'c', 'p', 1)
#define NETWORK_CLIENT_MAGIC CONFIG_MAGIC('n', 'c', 'l', 2)

/* One end of a link: two struct network_ring of the same capacity. */
struct network_link_config {
	uint64_t filled;   /* vaddr */
	uint64_t free;     /* vaddr */
	uint32_t capacity; /* at least the number of buffers that the link carries */
	uint32_t channel;
};

/*
 * Whether the device has a carrier: a cable, and somebody at its other end. The driver alone
 * writes this page, and all clients map it to read (README.md, "The carrier").
 */
struct network_carrier {
	uint32_t lost; /* 1: no frame comes or goes. 0 also if the device cannot tell */
};

/* Pointed to by `network_driver_config`. It maps no frames: the device alone has them. */
struct network_driver_config {
	uint32_t magic;
	uint32_t irq;
	uint64_t registers; /* vaddr of the device's first register */
	uint64_t
		dma_vaddr; /* memory for the device's own rings; driver and device only */
	uint64_t dma_paddr;
	uint64_t dma_bytes;
	uint64_t
		counters; /* vaddr of struct network_driver_counters, mapped for writing */
	uint64_t carrier;   /* vaddr of struct network_carrier, likewise */
	uint64_t listeners; /* channels to those who are told of it, a bit for each */
	struct network_link_config rx; /* to virt_rx */
	struct network_link_config tx; /* to virt_tx */
};

struct network_virt_rx_client {
	struct network_link_config link; /* to its copier, or to itself without copier */
	uint8_t mac[6];
	uint16_t quota; /* Rx buffers that it may hold at a time; sum <= buffers / 2 */
};

/* Pointed to by `network_virt_rx_config`. */
struct network_virt_rx_config {
	uint32_t magic;
	uint32_t num_clients;
	uint64_t data_vaddr; /* Rx data region, read-only */
	uint64_t data_paddr;
	uint32_t buffers;
	uint32_t coherent; /* 1: the device sees the caches, no maintenance is needed */
	uint64_t counters; /* vaddr of struct network_virt_rx_counters */
	struct network_link_config driver;
	struct network_virt_rx_client clients[NETWORK_CLIENTS_MAX];
};

struct network_virt_tx_client {
	struct network_link_config link;
	uint64_t data_vaddr; /* its Tx data, read-only; CONFIG_NOT_MAPPED if coherent */
	uint64_t data_paddr;
	uint32_t buffers;
	uint32_t parameter; /* for the policy: a priority, a limit */
	uint32_t burst;     /* for the policy `bandwidth`: bytes */
	uint32_t unused;
};

/* Pointed to by `network_virt_tx_config`. */
struct network_virt_tx_config {
	uint32_t magic;
	uint32_t num_clients;
	uint32_t coherent;
	uint32_t unused;
	uint64_t counters; /* vaddr of struct network_virt_tx_counters */
	struct network_link_config driver;
	struct network_virt_tx_client clients[NETWORK_CLIENTS_MAX];
};

/* Pointed to by `network_copy_config`. */
struct network_copy_config {
	uint32_t magic;
	uint32_t device_buffers;
	uint64_t device_vaddr; /* Rx data region, read-only */
	uint64_t client_vaddr; /* the client's Rx data */
	uint32_t client_buffers;
	uint32_t unused;
	uint64_t counters; /* vaddr of struct network_copy_counters */
	struct network_link_config virt;
	struct network_link_config client;
};

/* Pointed to by `network_config`. */
struct network_client_config {
	uint32_t magic;
	uint8_t mac[6];
	uint8_t ipv4_prefix; /* bits of the net mask */
	uint8_t has_address; /* 0: ask by DHCP */
	uint8_t ipv4[4];     /* as on the wire: 10, 0, 2, 15 */
	uint8_t gateway[4];  /* 0.0.0.0: none */
	uint8_t dns[4];      /* name server; 0.0.0.0: DHCP's, or none */
	uint64_t rx_vaddr;   /* Rx data: its own, or the device's without copier */
	uint64_t tx_vaddr;
	uint32_t rx_buffers;
	uint32_t tx_buffers;
	struct network_link_config rx; /* to the copier, or to virt_rx without copier */
	struct network_link_config tx; /* to virt_tx */
	uint32_t copied; /* 0: no copier. Its Rx buffers are at the start not with it */
	uint32_t carrier_channel; /* notified when the carrier is lost, or comes back */
	uint64_t carrier;         /* vaddr of struct network_carrier, read-only */
	char name[CONFIG_NAME_BYTES]; /* the PD's: host name for DHCP */
};

/*
 * Counters: each component writes its own, in a region <component>_counters that any
 * PD may be given to read. Words that only count up (mod 2^64), but for `state` and
 * `no_carrier`; a reader sees each word whole, but not all at the same moment.
 */
struct network_driver_counters {
	uint64_t rx_frames, tx_frames;
	uint64_t rx_dropped; /* frames that the device gave and the driver refused */
	uint64_t resets;     /* of the device, for what it did wrong */
	uint64_t interrupts;
	uint64_t peer_faults; /* virtualisers cut off: queue.faults */
	uint64_t bad_slots;   /* from a virtualiser, refused */
	uint64_t tx_dropped;  /* frames that were to be sent while there was no carrier */
	uint64_t carrier_losses; /* times that it was lost */
	uint64_t no_carrier;     /* 1: it is lost now */
	uint64_t state;          /* enum network_driver_state */
};

enum network_driver_state {
	NETWORK_DRIVER_RUNNING = 0,
	NETWORK_DRIVER_NO_DEVICE, /* there is none at these registers, or of another kind */
	NETWORK_DRIVER_REFUSED,   /* it does not offer what the driver needs */
	NETWORK_DRIVER_BROKEN,    /* it was reset too often in a row, or does not reset */
};

struct network_virt_rx_client_counters {
	uint64_t frames, bytes;
	uint64_t dropped;   /* over its quota, or cut off */
	uint64_t bad_slots; /* returned a buffer that it did not have */
	uint64_t faults;    /* times cut off: queue.faults of its link */
};

struct network_virt_rx_counters {
	uint64_t frames, bytes;
	uint64_t unknown;    /* frames for no client */
	uint64_t bad_frames; /* of a length that cannot be */
	uint64_t bad_slots;  /* from the driver: a buffer that it did not have */
	struct network_virt_rx_client_counters clients[NETWORK_CLIENTS_MAX];
};

struct network_virt_tx_client_counters {
	uint64_t frames, bytes;
	uint64_t bad_frames; /* of a length that cannot be; the buffer went back */
	uint64_t bad_slots;  /* a buffer that is none, or is with the device */
	uint64_t faults;
};

struct network_virt_tx_counters {
	uint64_t frames, bytes;
	uint64_t bad_slots; /* from the driver */
	struct network_virt_tx_client_counters clients[NETWORK_CLIENTS_MAX];
};

struct network_copy_counters {
	uint64_t frames, bytes;
	uint64_t dropped;   /* the client had no free buffer */
	uint64_t bad_slots; /* from virt_rx */
	uint64_t client_bad_slots;
	uint64_t faults;
};

_Static_assert(
	sizeof(struct network_virt_rx_config) <= CONFIG_BYTES_MAX, "fits its page");
_Static_assert(
	sizeof(struct network_virt_tx_config) <= CONFIG_BYTES_MAX, "fits its page");
_Static_assert(
	sizeof(struct network_virt_rx_counters) <= CONFIG_BYTES_MAX, "fits its page");
_Static_assert(
	sizeof(struct network_virt_tx_counters) <= CONFIG_BYTES_MAX, "fits its page");
