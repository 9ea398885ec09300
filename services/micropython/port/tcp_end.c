/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tells a connection's end to whoever takes it late.
 *
 * A peer may end its connection before the program has accepted it. lwIP says so once, to
 * MicroPython's stand-in for sockets that nobody has, which forgets it: the socket would
 * seem open until its owner gives up. The linker puts this function before lwIP's (--wrap):
 * a receiver that comes after the end (RFC 9293, 3.3.2: CLOSE-WAIT) is told at once. What was
 * received before waits in refused_data, and carries the end itself.
 */
#include <lwip/tcp.h>

void __real_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn receive);
void __wrap_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn receive);

void __wrap_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn receive)
{
	__real_tcp_recv(pcb, receive);
	if (receive != NULL && pcb->state == CLOSE_WAIT && pcb->refused_data == NULL)
		receive(pcb->callback_arg, pcb, NULL, ERR_OK);
}
