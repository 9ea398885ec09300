/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of the Arm generic timer: the EL1 physical timer, which the kernel leaves
 * to the PD that has its interrupt.
 *
 * Arm DDI 0487, CNTP_CTL_EL0: the interrupt is pending as long as the timer is enabled
 * and CNTPCT_EL0 >= CNTP_CVAL_EL0.
 */
#include <stddef.h>

#include <microkit.h>

#include <devices/timer/counter.h>

#include "../config.h"
#include "../deadlines.h"

#define CNTP_CTL_ENABLE 1ull /* IMASK, bit 1, stays 0 */

static struct {
	const struct timer_driver_config *config;
	struct deadlines deadlines;
	uint64_t programmed; /* what the device is set to, as `alarm` */
} driver;

__attribute__((used, section(".data")))
const struct timer_driver_config *timer_driver_config; /* set by the system file */

/* Sets the device to the alarm. In the past, it interrupts at once. */
static void program(void)
{
	uint64_t alarm = driver.deadlines.alarm;
	uint64_t control = alarm == TIMER_NEVER ? 0 : CNTP_CTL_ENABLE;

	if (alarm == driver.programmed)
		return;
	driver.programmed = alarm;
	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(alarm));
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(control) : "memory");
}

void init(void)
{
	const struct timer_driver_config *config = timer_driver_config;
	uint64_t clients = 0;

	if (config == NULL || config->magic != TIMER_DRIVER_MAGIC ||
		config->num_clients > TIMER_CLIENTS_MAX)
		__builtin_trap();
	driver.config = config;
	for (uint32_t i = 0; i < config->num_clients; i++)
		clients |= 1ull << config->channels[i];
	deadlines_start(&driver.deadlines, clients);
	driver.programmed = TIMER_NEVER - 1u; /* whatever was left of a life before */
	program();
	/* Who had set a deadline in that life sets it again. */
	for (uint32_t i = 0; i < config->num_clients; i++)
		microkit_notify(config->channels[i]);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	struct deadlines_reply reply = deadlines_request(&driver.deadlines, ch,
		microkit_msginfo_get_label(msginfo), microkit_msginfo_get_count(msginfo),
		microkit_mr_get(0), counter_read());

	program();
	if (reply.count > 0)
		microkit_mr_set(0, reply.word);
	return microkit_msginfo_new(reply.status, (uint16_t)reply.count);
}

void notified(microkit_channel ch)
{
	uint64_t expired;

	if (ch != driver.config->irq)
		return;
	expired = deadlines_expire(&driver.deadlines, counter_read());
	program();
	for (; expired != 0; expired &= expired - 1u)
		microkit_notify((microkit_channel)__builtin_ctzll(expired));
	/* The alarm is in the future: the interrupt may come back. */
	microkit_deferred_irq_ack(ch);
}
