/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How lwIP is built for clients of the network class: without threads, everything in
 * one protection domain, its memory in static pools, every check of received data on.
 *
 * What each option means is said in lwIP's own lwip/opt.h.
 */
#pragma once

/* ---- One sequential component ---- */

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_SINGLE_NETIF 1

/* ---- Protocols ---- */

#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_ICMP 1
#define LWIP_ICMP6 1
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_RAW 0
#define LWIP_MULTICAST_TX_OPTIONS 0
#define LWIP_DNS 1
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0 /* it would add seconds to every start */
#define LWIP_IPV6_AUTOCONFIG 1
#define LWIP_IPV6_DHCP6 0
#define IPV6_FRAG_COPYHEADER 1 /* pointers have 64 bits */
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_LINK_CALLBACK 1

/* ---- Memory ---- */

#define MEM_ALIGNMENT 8
#define MEM_SIZE (256 * 1024) /* for what lwIP copies: data of tcp_write */
#define MEMP_NUM_PBUF 512     /* that refer to data of the application */
#define PBUF_POOL_SIZE 0      /* reception borrows the class's buffers */
#define MEMP_NUM_UDP_PCB 16
#define MEMP_NUM_TCP_PCB 160 /* 64 in use, 64 half open, and some that are ending */
#define MEMP_NUM_TCP_PCB_LISTEN 8
#define MEMP_NUM_TCP_SEG 1024
#define MEMP_NUM_FRAG_PBUF 32
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 8) /* application: 8 */

/* ---- Neighbours ---- */

#define ARP_TABLE_SIZE 64
#define ARP_QUEUEING 1 /* more than one frame may wait for a neighbour's answer */
#define LWIP_ND6_NUM_NEIGHBORS 64
#define LWIP_ND6_NUM_DESTINATIONS 64

/* ---- TCP ---- */

#define TCP_MSS 1460
#define TCP_WND (16 * TCP_MSS)
#define TCP_SND_BUF (16 * TCP_MSS)
#define TCP_SND_QUEUELEN 64
#define TCP_LISTEN_BACKLOG 1
/* A peer may not make us hold all buffers by sending gaps. */
#define TCP_OOSEQ_PBUFS_LIMIT(pcb) net_segments_limit(pcb)
#define LWIP_TCP_KEEPALIVE 1
#define LWIP_TCP_SACK_OUT 1
#define LWIP_HOOK_FILENAME "arch/hooks.h"
#define LWIP_HOOK_TCP_ISN net_initial_sequence
#define LWIP_HOOK_TCP_INPACKET_PCB NET_SEGMENT_ARRIVED

/* ---- Checksums: all of them, made and checked here ---- */

#define CHECKSUM_GEN_IP 1
#define CHECKSUM_GEN_UDP 1
#define CHECKSUM_GEN_TCP 1
#define CHECKSUM_GEN_ICMP 1
#define CHECKSUM_GEN_ICMP6 1
#define CHECKSUM_CHECK_IP 1
#define CHECKSUM_CHECK_UDP 1
#define CHECKSUM_CHECK_TCP 1
#define CHECKSUM_CHECK_ICMP 1
#define CHECKSUM_CHECK_ICMP6 1
#define LWIP_CHECKSUM_ON_COPY 1
#define LWIP_INLINE_IP_CHKSUM 1
#define LWIP_CHKSUM chksum_add
#define LWIP_CHKSUM_COPY_ALGORITHM 0
#define LWIP_CHKSUM_COPY(to, from, bytes) chksum_copy((to), (from), (bytes))

/* ---- Counting and debugging ---- */

#define LWIP_STATS 1 /* of memory only */
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define IPFRAG_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
#define IP6_STATS 0
#define ICMP6_STATS 0
#define IP6_FRAG_STATS 0
#define MLD6_STATS 0
#define ND6_STATS 0

/* ---- Copies of a size that the compiler knows become loads and stores ---- */

#define SMEMCPY(to, from, bytes) __builtin_memcpy((to), (from), (bytes))

/* ---- What our library of strings does not have, and nothing here calls ---- */

#define lwip_strnstr lwip_strnstr_left_out
