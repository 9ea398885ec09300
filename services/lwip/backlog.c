/* SPDX-License-Identifier: BSD-2-Clause */
#include "backlog.h"

#include <lwip/ip.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>

static uint64_t dropped;

/* Whether lwIP finds a place in the pool; of connections in TIME_WAIT it takes the oldest. */
static bool pool_has_room(void)
{
	return lwip_stats.memp[MEMP_TCP_PCB]->used < MEMP_NUM_TCP_PCB ||
	       tcp_tw_pcbs != NULL;
}

/* Whether the application is done with it, and waits for nothing. */
static bool is_left(const struct tcp_pcb *pcb)
{
	return (pcb->state == FIN_WAIT_1 || pcb->state == FIN_WAIT_2) &&
	       (pcb->flags & TF_RXCLOSED) != 0;
}

bool backlog_admit(const struct tcp_pcb_listen *listener)
{
	bool full = listener->accepts_pending >= listener->backlog;
	struct tcp_pcb *half_open = NULL, *left = NULL;
	if (ip_addr_isany(ip_current_src_addr()))
		return false;
	if (!full && pool_has_room())
		return true;
	/* The newest come first; whoever is heard of moves to the front. */
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
		if (pcb->state == SYN_RCVD && (!full || pcb->listener == listener))
			half_open = pcb;
		else if (is_left(pcb))
			left = pcb;
	}
	struct tcp_pcb *goes = half_open != NULL || full ? half_open : left;
	if (goes != NULL) {
		tcp_abandon(goes, 0);
		dropped++;
	}
	return true;
}

uint64_t backlog_dropped(void)
{
	return dropped;
}
