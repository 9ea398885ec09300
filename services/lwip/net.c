/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two arrays of pbufs stand beside the buffers of the network class, one for reception,
 * one for transmission: pbuf i describes buffer i. A pbuf is in use while its reference
 * count is not 0, and then its buffer is ours; lwIP's last pbuf_free hands the buffer back.
 */
#include "net.h"

#include <arch/hooks.h>
#include <devices/entropy/client.h>
#include <devices/entropy/wipe.h>
#include <devices/network/client.h>
#include <devices/timer/client.h>
#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/ip.h>
#include <lwip/prot/ip4.h>
#include <lwip/timeouts.h>
#include <lwip/sys.h>
#include <lwip/udp.h>
#include <netif/ethernet.h>
#include <string.h>

#include "names.h"
#include "random.h"
#include "reopen.h"

#define TIMEOUT (TIMER_TIMEOUTS - 1u)
#define HEADERS_UDP4 (SIZEOF_ETH_HDR + IP_HLEN + UDP_HLEN)
#define HEADERS_UDP6 (SIZEOF_ETH_HDR + IP6_HLEN + UDP_HLEN)

static struct {
	uint64_t now_ms;   /* when this entry point began its work */
	uint64_t due_ms;   /* what the timeout is set to; 0 if it fired, or TIMER_NEVER */
	bool seeds;        /* a notification may bring random bytes */
	uint32_t timeouts; /* the application's that the last notification has brought */
	struct net_counters counters; /* those that are kept here */
	struct netif netif;
	struct network_client network;
	struct pbuf_custom rx[NETWORK_BUFFERS_MAX];
	struct pbuf_custom tx[NETWORK_BUFFERS_MAX];
} net;

/*
 * An address that the compiler does not know: it keeps it in a register, where it would else
 * compute the address of each member anew.
 */
static inline void *unknown(void *address)
{
	__asm__("" : "+r"(address));
	return address;
}

static inline struct network_client *network(void)
{
	return unknown(&net.network);
}

static inline void read_clock(void)
{
	net.now_ms = timer_now() / TIMER_NS_PER_MS;
}

/* ---- What lwIP asks for ---- */

u32_t sys_now(void)
{
	return (u32_t)net.now_ms;
}

uint32_t net_random(void)
{
	return random_next();
}

/* RFC 6528, section 3: a clock of 4 us, and a hash of the connection. */
u32_t net_initial_sequence(const ip_addr_t *local, u16_t local_port,
	const ip_addr_t *remote, u16_t remote_port)
{
	uint64_t hash = (uint64_t)local_port << 16 | remote_port;
	const ip_addr_t *ends[] = { local, remote };
	for (int i = 0; i < 2; i++) {
		uint64_t words[2] = { 0, 0 };
		if (IP_IS_V6(ends[i]))
			memcpy(words, ip_2_ip6(ends[i])->addr, sizeof(words));
		else
			words[0] = ip_2_ip4(ends[i])->addr;
		hash = random_hash(hash, words[0]);
		hash = random_hash(hash, words[1]);
	}
	return reopen_sequence((u32_t)hash + (u32_t)(timer_now() / 4000u));
}

/*
 * Segments of TCP that came before their turn are the one thing that a peer can make
 * lwIP hold for long. All connections together may hold half of the buffers.
 */
u16_t net_segments_limit(const struct tcp_pcb *asking)
{
	uint32_t left = network_config->rx_buffers / 2u;
	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
		for (const struct tcp_seg *segment = pcb->ooseq;
			pcb != asking && segment != NULL; segment = segment->next)
			left -= left > 0;
	return (u16_t)left;
}

/* ---- Reception ---- */

static void rx_free(struct pbuf *p)
{
	uint32_t buffer = (uint32_t)((struct pbuf_custom *)p - net.rx);
	network_client_release(network(), buffer);
}

/*
 * Whether lwIP only reads the frame: UDP over IPv4, no fragment, or over IPv6. TCP
 * changes the byte order of headers where they lie, and reassembly keeps notes there.
 */
static bool rx_only_read(const uint8_t *frame, uint32_t bytes)
{
	const uint8_t *ip = frame + SIZEOF_ETH_HDR;
	if (bytes < SIZEOF_ETH_HDR + IP_HLEN)
		return true; /* lwIP drops what is too short */
	if (frame[12] == 0x08 && frame[13] == 0x00)
		return ip[9] == IP_PROTO_UDP && (ip[6] & 0x3f) == 0 && ip[7] == 0;
	if (frame[12] == 0x86 && frame[13] == 0xdd)
		return ip[6] == IP6_NEXTH_UDP;
	return true;
}

/* A copy for lwIP to write to; NULL if there is no memory. */
static __attribute__((noinline)) struct pbuf *rx_copy(
	const uint8_t *frame, uint32_t bytes)
{
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)bytes, PBUF_RAM);
	net.counters.rx_copied++;
	if (p != NULL)
		memcpy(p->payload, frame, bytes);
	else
		net.counters.rx_dropped++;
	return p;
}

static inline void rx_frame(
	struct network_client *client, uint32_t buffer, uint32_t bytes)
{
	uint8_t *frame = network_client_rx_frame(client, buffer);
	struct pbuf_custom *own = unknown(&net.rx[buffer]);
	struct pbuf *p;
	if (client->writable || rx_only_read(frame, bytes)) {
		p = pbuf_alloced_custom(
			PBUF_RAW, (u16_t)bytes, PBUF_REF, own, frame, (u16_t)bytes);
	} else {
		p = rx_copy(frame, bytes);
		network_client_release(client, buffer);
		if (p == NULL)
			return;
	}
	(void)ethernet_input(p, &net.netif); /* which frees it in any case */
}

/* ---- Transmission ---- */

/*
 * A pbuf of ours whose frame has been sent keeps its place until it is freed, but its
 * buffer has gone. It is then of another type, which also means to lwIP that no header
 * can be put in front.
 */
static bool tx_is_sent(const struct pbuf *p)
{
	return p->type_internal == PBUF_REF;
}

static bool tx_is_own(const struct pbuf *p)
{
	const struct pbuf_custom *own = (const struct pbuf_custom *)p;
	return own >= net.tx && own < net.tx + NETWORK_BUFFERS_MAX;
}

/* The buffer of a pbuf of ours. */
static uint32_t tx_buffer(const struct pbuf *p)
{
	return (uint32_t)((const struct pbuf_custom *)p - net.tx);
}

static void tx_free(struct pbuf *p)
{
	if (!tx_is_sent(p))
		network_client_keep(&net.network, tx_buffer(p));
}

struct pbuf *net_udp_allocate(const ip_addr_t *to, uint16_t bytes)
{
	struct network_client *client = network();
	uint32_t headers = IP_IS_V6(to) ? HEADERS_UDP6 : HEADERS_UDP4;
	uint32_t buffer;
	if (headers + bytes > NETWORK_FRAME_MAX ||
		!network_client_allocate(client, &buffer))
		return NULL;
	return pbuf_alloced_custom(PBUF_RAW, bytes, PBUF_RAM, unknown(&net.tx[buffer]),
		network_client_tx_frame(client, buffer) + headers, bytes);
}

/* Copies a frame that is anywhere into a Tx buffer, and sends it. */
static __attribute__((noinline)) err_t tx_gather(struct pbuf *p)
{
	uint32_t buffer;
	for (const struct pbuf *q = p; q != NULL; q = q->next)
		if (tx_is_own(q) && tx_is_sent(q))
			return ERR_USE;
	if (p->tot_len > NETWORK_FRAME_MAX)
		return ERR_BUF;
	if (!network_client_allocate(&net.network, &buffer))
		return ERR_MEM;
	pbuf_copy_partial(
		p, network_client_tx_frame(&net.network, buffer), p->tot_len, 0);
	network_client_send(&net.network, buffer, p->tot_len);
	return ERR_OK;
}

static err_t tx_output(struct netif *netif, struct pbuf *p)
{
	struct network_client *client = network();
	(void)netif;
	if (tx_is_own(p) && !tx_is_sent(p) && p->next == NULL) {
		uint32_t buffer = tx_buffer(p);
		if (p->payload == network_client_tx_frame(client, buffer)) {
			p->type_internal = PBUF_REF;
			network_client_send(client, buffer, p->tot_len);
			return ERR_OK;
		}
	}
	err_t error = tx_gather(p);
	if (error != ERR_OK)
		net.counters.tx_dropped++;
	return error;
}

/* ---- Start ---- */

/*
 * Mixes random bytes into the key, as soon as there are some; before the first reply to
 * anybody, if the device is no slower than a peer.
 */
static __attribute__((noinline, cold)) void seed(void)
{
	uint64_t words[2];
	enum entropy_status status = entropy_draw(words, sizeof(words));
	net.seeds = status == ENTROPY_EMPTY;
	net.counters.seeded += status == ENTROPY_OK;
	if (status == ENTROPY_OK)
		random_seed(words[0], words[1]);
	entropy_wipe(words, sizeof(words));
}

static err_t interface_init(struct netif *netif)
{
	netif->name[0] = 'e';
	netif->name[1] = 'n';
	netif->hwaddr_len = ETH_HWADDR_LEN;
	memcpy(netif->hwaddr, network_config->mac, ETH_HWADDR_LEN);
	netif->mtu = NETWORK_FRAME_MAX - SIZEOF_ETH_HDR;
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		       NETIF_FLAG_MLD6; /* the link is up when there is a virtualiser */
	netif->output = etharp_output;
	netif->output_ip6 = ethip6_output;
	netif->linkoutput = tx_output;
	netif_set_hostname(netif, network_config->name);
	return ERR_OK;
}

static ip4_addr_t address(const uint8_t bytes[4])
{
	ip4_addr_t ip;
	IP4_ADDR(&ip, bytes[0], bytes[1], bytes[2], bytes[3]);
	return ip;
}

static ip4_addr_t mask(unsigned int prefix)
{
	ip4_addr_t ip;
	ip.addr = prefix == 0 ? 0 : lwip_htonl(~0u << (32u - prefix));
	return ip;
}

void net_start(void)
{
	uint64_t mac = 0;
	timer_init();
	if (!network_client_start(&net.network, network_config))
		__builtin_trap();
	memcpy(&mac, network_config->mac, sizeof(network_config->mac));
	random_seed(timer_now(), mac);
	seed();
	read_clock();
	net.due_ms = TIMER_NEVER;
	for (uint32_t i = 0; i < network_config->rx_buffers; i++)
		net.rx[i].custom_free_function = rx_free;
	for (uint32_t i = 0; i < network_config->tx_buffers; i++)
		net.tx[i].custom_free_function = tx_free;
	lwip_init();
	names_start(network_config->dns);
	netif_add_noaddr(&net.netif, NULL, interface_init, ethernet_input);
	netif_set_default(&net.netif);
	netif_set_up(&net.netif);
	netif_create_ip6_linklocal_address(&net.netif, 1);
	netif_set_ip6_autoconfig_enabled(&net.netif, 1);
	if (network_config->has_address) {
		ip4_addr_t own = address(network_config->ipv4);
		ip4_addr_t net_mask = mask(network_config->ipv4_prefix);
		ip4_addr_t gateway = address(network_config->gateway);
		netif_set_addr(&net.netif, &own, &net_mask, &gateway);
	} else if (dhcp_start(&net.netif) != ERR_OK) {
		__builtin_trap(); /* no memory: lwIP's pools are too small */
	}
}

/* ---- The loop ---- */

/* What lwIP does now and then. */
static __attribute__((noinline)) void check_timeouts(void)
{
	sys_check_timeouts();
}

/* Sets the timer to lwIP's next timeout. */
static void arm(void)
{
	u32_t sleep_ms = sys_timeouts_sleeptime();
	uint64_t due_ms = TIMER_NEVER;
	if (sleep_ms != SYS_TIMEOUTS_SLEEPTIME_INFINITE)
		due_ms = net.now_ms + sleep_ms;
	if (due_ms == net.due_ms)
		return;
	net.due_ms = due_ms;
	timer_set(
		TIMEOUT, due_ms == TIMER_NEVER ? TIMER_NEVER : due_ms * TIMER_NS_PER_MS);
}

static void work(void)
{
	struct network_client *client = network();
	uint32_t buffer, bytes;
	read_clock();
	while (network_client_receive(client, &buffer, &bytes))
		rx_frame(client, buffer, bytes);
	if (net.now_ms >= net.due_ms) /* the first of lwIP's, since arm() */
		check_timeouts();
}

/*
 * The link goes up when there is a virtualiser, and a carrier; then the search for an
 * address begins, or whether the one that there was is still right.
 */
static __attribute__((noinline, cold)) bool connect(void)
{
	if (!network_client_ready(&net.network) || !network_client_carrier(&net.network))
		return false;
	netif_set_link_up(&net.netif);
	return true;
}

static void finish(void)
{
	struct network_client *client = network();
	while (network_client_round(client) ||
		(!netif_is_link_up(&net.netif) && connect()))
		work();
	arm();
}

void net_flush(void)
{
	read_clock();
	finish();
}

/* It goes down here; up, in finish. */
static __attribute__((noinline, cold)) void disconnect(void)
{
	if (!network_client_carrier(&net.network))
		netif_set_link_down(&net.netif);
}

/* Of a notification that is not for frames; whether it is for anything here. */
static __attribute__((noinline)) bool other(microkit_channel channel)
{
	if (channel == timer_channel()) {
		net.timeouts = timer_expired();
		if ((net.timeouts & 1u << TIMEOUT) != 0)
			net.due_ms = 0;
		net.timeouts &= ~(1u << TIMEOUT);
		return true;
	}
	if (channel == network_config->carrier_channel) {
		disconnect();
		return true;
	}
	if (net.seeds && channel == entropy_channel())
		seed();
	return channel == network_config->tx.channel;
}

bool net_notified(microkit_channel channel)
{
	bool ours = true;
	net.timeouts = 0;
	if (channel != network_config->rx.channel)
		ours = other(channel);
	work();
	finish();
	return ours;
}

void net_count(struct net_counters *counters)
{
	*counters = net.counters;
	counters->rx_frames = net.network.counters.rx_frames;
	counters->tx_frames = net.network.counters.tx_frames;
}

uint32_t net_rx_held(uint32_t *buffers)
{
	uint32_t held = 0;
	for (uint32_t i = 0; i < network_config->rx_buffers; i++)
		held += net.rx[i].pbuf.ref != 0;
	*buffers = network_config->rx_buffers;
	return held;
}

uint32_t net_timeouts(void)
{
	return net.timeouts;
}
