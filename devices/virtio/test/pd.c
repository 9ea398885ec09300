/* SPDX-License-Identifier: BSD-2-Clause */
/* What is around a driver's PD; pd.h says what. */
#include "pd.h"

#include "model.h"

struct pd pd;
bool microkit_have_signal;

void pd_start(void)
{
	pd.irq_masked = false;
	pd.runs = true;
	init();
	pd.runs = false;
}

void pd_notify(microkit_channel ch)
{
	pd.runs = true;
	notified(ch);
	pd.runs = false;
}

bool pd_irq_due(void)
{
	return pd.irq_pending && !pd.irq_masked;
}

void pd_interrupt(void)
{
	pd.irq_pending = false;
	pd.irq_masked = true;
	pd_notify(PD_IRQ);
}

void hook(void)
{
	if (!pd.runs || pd.hook_in == 0 || test_draw(pd.hook_in) != 0)
		return;
	pd.runs = false;
	test_others();
	pd.runs = true;
}

/* ---- The model's ---- */

void test_interrupt(void)
{
	pd.irq_pending = true;
}

void test_access(void)
{
	hook();
}

void test_reset(void)
{
}

/* ---- libmicrokit ---- */

void microkit_deferred_notify(microkit_channel ch)
{
	microkit_notify(ch);
}

void microkit_irq_ack(microkit_channel ch)
{
	CHECK(ch == PD_IRQ && pd.irq_masked);
	pd.irq_masked = false;
}

void microkit_deferred_irq_ack(microkit_channel ch)
{
	microkit_irq_ack(ch);
}

void microkit_dbg_puts(const char *text)
{
	(void)text;
}
