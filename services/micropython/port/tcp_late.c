/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tells whoever takes a connection late what has come on it before.
 *
 * A peer may send, and end its connection, before the program has accepted it. Until then
 * MicroPython has lwIP keep what was received (refused_data), which offers it again when its
 * timer of 250 ms next runs; of the end lwIP speaks once, and nobody remembers. So the first
 * request on a connection would wait for that timer, and a socket seem open until its owner
 * gives up. The linker puts this function before lwIP's (--wrap): a receiver that comes late
 * gets at once what has come, and is told of the end (RFC 9293, 3.3.2: CLOSE-WAIT), which
 * what was kept carries itself.
 */
#include <lwip/priv/tcp_priv.h>

void __real_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn receive);
void __wrap_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn receive);

void __wrap_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn receive)
{
	__real_tcp_recv(pcb, receive);
	if (receive == NULL)
		return;
	if (pcb->refused_data != NULL)
		(void)tcp_process_refused_data(pcb);
	else if (pcb->state == CLOSE_WAIT)
		receive(pcb->callback_arg, pcb, NULL, ERR_OK);
}
