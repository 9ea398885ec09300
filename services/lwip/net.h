/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network for an application: lwIP on the client libraries of the network class and
 * the timer class.
 *
 *     #include <services/lwip/net.h>
 *
 *     void init(void)
 *     {
 *             net_start();
 *             ... udp_new, udp_bind, tcp_listen: lwIP's raw API, lwip/udp.h, lwip/tcp.h ...
 *             net_flush();
 *     }
 *
 *     void notified(microkit_channel channel)
 *     {
 *             net_notified(channel);
 *     }
 *
 * lwIP then calls the application back. All of that is one component: one entry point at
 * a time, nothing is locked. The interface is lwIP's netif_default. Its address is the one
 * that the system file gives, or what DHCP answers; it also has an IPv6 link-local address
 * and what routers advertise. The host name is the PD's.
 *
 * Names: services/lwip/names.h.
 *
 * Received frames are not copied: a pbuf that a callback gets lies in the buffer in which
 * the frame came. So it goes back soon (pbuf_free), or reception ends for want of buffers.
 * It is to be read only: in a client without copier the memory is not writable.
 *
 * What is sent is copied once, into a buffer of the network class, together with its
 * headers. For UDP the application can have that buffer at once: net_udp_allocate.
 */
#pragma once

#include <lwip/init.h>
#include <lwip/ip_addr.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/sys.h> /* sys_now: milliseconds since the start of the machine */
#include <microkit.h>

/*
 * Starts lwIP, the interface and the search for an address. Once, in init.
 * Stops the PD (assertion) if it has no network_config and no timer_config.
 */
void net_start(void);

/*
 * Does all that is to be done: received frames, timeouts, signals to the neighbours.
 * Returns whether the channel is one of the network's or the timer's; the work is done in
 * any case.
 */
bool net_notified(microkit_channel channel);

/*
 * The timeouts of the application (devices/timer/client.h) that have fired with the
 * notification that net_notified was last called for: one bit each, 0 upwards. It is for
 * net_start to call timer_init and for net_notified to call timer_expired; the last of
 * the PD's timeouts is lwIP's.
 */
uint32_t net_timeouts(void);

/*
 * Hands over what has been sent since, and sees to the next timeout: at the end of each
 * entry point that has used lwIP without net_notified.
 */
void net_flush(void);

/*
 * A pbuf for a payload of `bytes`, to be sent to `to` once with udp_sendto, without a
 * further copy: it lies in a Tx buffer, with room for the headers. (Sent otherwise, it is
 * copied.) The application fills all of it, sends it, and frees it in any case.
 * Ensures: 0 if there is no buffer now or if `bytes` does not fit a frame.
 */
struct pbuf *net_udp_allocate(const ip_addr_t *to, uint16_t bytes);

/* What passed, went wrong, or was out of the ordinary; all only count up. */
struct net_counters {
	uint64_t rx_frames, tx_frames;
	uint64_t rx_copied;  /* of rx_frames: could not be left where they came */
	uint64_t rx_dropped; /* no memory to copy them to */
	uint64_t tx_dropped; /* no buffer, too long, or sent twice */
	uint64_t seeded;     /* 1: lwIP's random numbers are of the entropy class */
};

void net_count(struct net_counters *counters);

/* Of how many buffers for reception (`*buffers`) lwIP or the application holds so many. */
uint32_t net_rx_held(uint32_t *buffers);
