/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two arrays of pbufs stand beside the buffers of the network class, one for reception,
 * one for transmission: pbuf i describes buffer i. A pbuf is in use while its reference
 * count is not 0, and then its buffer is ours; lwIP's last pbuf_free hands the buffer back.
 */
#include "net.h"

#include <arch/hooks.h>
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

#include "random.h"

#define TIMEOUT (TIMER_TIMEOUTS - 1u)
#define HEADERS_UDP4 (SIZEOF_ETH_HDR + IP_HLEN + UDP_HLEN)
#define HEADERS_UDP6 (SIZEOF_ETH_HDR + IP6_HLEN + UDP_HLEN)

struct tx_pbuf {
	struct pbuf_custom custom;
	bool sent;       /* the buffer has gone: nothing is to be given back */
	uint16_t buffer; /* its number, which is also that of this in the array */
};

static struct {
	struct network_client network;
	struct netif netif;
	uint64_t now_ns; /* when this entry point began its work */
	uint64_t due_ns; /* what the timeout is set to */
	uint32_t
		timeouts; /* of the application, that the last notification has brought */
	uint32_t rx_held; /* received buffers that lwIP or the application has */
	uint32_t rx_many; /* so many are too many to hold on to those that can wait */
	struct pbuf_custom rx[NETWORK_BUFFERS_MAX];
	struct tx_pbuf tx[NETWORK_BUFFERS_MAX];
} net;

struct net_counters net_counters;

/* ---- What lwIP asks for ---- */

u32_t sys_now(void)
{
	return (u32_t)(net.now_ns / TIMER_NS_PER_MS);
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
	return (u32_t)hash + (u32_t)(timer_now() / 4000u);
}

/* ---- Reception ---- */

/*
 * Segments of TCP that came before their turn are the one thing that a peer can make
 * lwIP hold for long. When there are few buffers left, all of these are let go.
 */
static void rx_relieve(void)
{
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
		if (pcb->ooseq != NULL)
			tcp_free_ooseq(pcb);
}

static void rx_free(struct pbuf *p)
{
	net.rx_held--;
	uint32_t buffer = (uint32_t)((struct pbuf_custom *)p - net.rx);
	network_client_release(&net.network, buffer);
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

static void rx_frame(uint32_t buffer, uint32_t bytes)
{
	uint8_t *frame = network_client_rx_frame(&net.network, buffer);
	struct pbuf_custom *own = &net.rx[buffer];
	struct pbuf *p;
	net_counters.rx_frames++;
	if (net.network.writable || rx_only_read(frame, bytes)) {
		own->custom_free_function = rx_free;
		if (++net.rx_held > net.rx_many)
			rx_relieve();
		p = pbuf_alloced_custom(
			PBUF_RAW, (u16_t)bytes, PBUF_REF, own, frame, (u16_t)bytes);
	} else {
		net_counters.rx_copied++;
		p = pbuf_alloc(PBUF_RAW, (u16_t)bytes, PBUF_RAM);
		if (p != NULL)
			memcpy(p->payload, frame, bytes);
		else
			net_counters.rx_dropped++;
		network_client_release(&net.network, buffer);
		if (p == NULL)
			return;
	}
	(void)ethernet_input(p, &net.netif); /* which frees it in any case */
}

/* ---- Transmission ---- */

static void tx_free(struct pbuf *p)
{
	struct tx_pbuf *own = (struct tx_pbuf *)p;
	if (!own->sent)
		network_client_keep(&net.network, own->buffer);
}

struct pbuf *net_udp_allocate(const ip_addr_t *to, uint16_t bytes)
{
	uint32_t headers = IP_IS_V6(to) ? HEADERS_UDP6 : HEADERS_UDP4;
	uint32_t buffer;
	if (headers + bytes > NETWORK_FRAME_MAX ||
		!network_client_allocate(&net.network, &buffer))
		return NULL;
	struct tx_pbuf *own = &net.tx[buffer];
	own->sent = false;
	own->buffer = (uint16_t)buffer;
	own->custom.custom_free_function = tx_free;
	return pbuf_alloced_custom(PBUF_RAW, bytes, PBUF_RAM, &own->custom,
		network_client_tx_frame(&net.network, buffer) + headers, bytes);
}

/* The one of ours that p is, or 0. */
static struct tx_pbuf *tx_own(struct pbuf *p)
{
	struct tx_pbuf *own = (struct tx_pbuf *)p;
	return own >= net.tx && own < net.tx + NETWORK_BUFFERS_MAX ? own : NULL;
}

/* Copies a frame that is anywhere into a Tx buffer, and sends it. */
static __attribute__((noinline)) err_t tx_gather(struct pbuf *p)
{
	uint32_t buffer;
	for (struct pbuf *q = p; q != NULL; q = q->next) {
		struct tx_pbuf *own = tx_own(q);
		if (own != NULL && own->sent)
			return ERR_USE;
	}
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
	struct tx_pbuf *own = tx_own(p);
	(void)netif;
	net_counters.tx_frames++;
	if (own != NULL && !own->sent && p->next == NULL &&
		p->payload == network_client_tx_frame(&net.network, own->buffer)) {
		own->sent = true;
		p->type_internal = PBUF_REF; /* no header may be put in front again */
		network_client_send(&net.network, own->buffer, p->tot_len);
		return ERR_OK;
	}
	err_t error = tx_gather(p);
	if (error != ERR_OK) {
		net_counters.tx_frames--;
		net_counters.tx_dropped++;
	}
	return error;
}

/* ---- Start ---- */

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
	net.now_ns = timer_now();
	net.due_ns = TIMER_NEVER;
	net.rx_many = network_config->rx_buffers / 2;
	lwip_init();
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

/* Sets the timer to lwIP's next timeout. */
static void arm(void)
{
	u32_t sleep_ms = sys_timeouts_sleeptime();
	uint64_t due_ns = TIMER_NEVER;
	if (sleep_ms != SYS_TIMEOUTS_SLEEPTIME_INFINITE)
		due_ns = (net.now_ns / TIMER_NS_PER_MS + sleep_ms) * TIMER_NS_PER_MS;
	if (due_ns == net.due_ns)
		return;
	net.due_ns = due_ns;
	timer_set(TIMEOUT, due_ns);
}

static void work(void)
{
	uint32_t buffer, bytes;
	net.now_ns = timer_now();
	while (network_client_receive(&net.network, &buffer, &bytes))
		rx_frame(buffer, bytes);
	sys_check_timeouts();
}

/* The link goes up when there is a virtualiser; then the search for an address begins. */
static bool connect(void)
{
	if (netif_is_link_up(&net.netif) || !network_client_ready(&net.network))
		return false;
	netif_set_link_up(&net.netif);
	return true;
}

static void finish(void)
{
	while (network_client_round(&net.network) || connect())
		work();
	arm();
}

void net_flush(void)
{
	net.now_ns = timer_now();
	finish();
}

bool net_notified(microkit_channel channel)
{
	bool tick = channel == timer_channel();
	net.timeouts = tick ? timer_expired() : 0;
	if ((net.timeouts & 1u << TIMEOUT) != 0)
		net.due_ns = TIMER_NEVER;
	net.timeouts &= ~(1u << TIMEOUT);
	work();
	finish();
	return tick || channel == network_config->rx.channel ||
	       channel == network_config->tx.channel;
}

uint32_t net_timeouts(void)
{
	return net.timeouts;
}
