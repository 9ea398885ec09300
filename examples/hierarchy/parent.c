/* SPDX-License-Identifier: BSD-2-Clause */
/* The parent: restarts its child whenever it faults. */
#include "fault.h"

uint64_t child_id = 99; /* set by the tool */

void init(void)
{
	microkit_dbg_puts("parent: my child has id ");
	microkit_dbg_put32((uint32_t)child_id);
	microkit_dbg_puts("\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}

seL4_Bool fault(
	microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	(void)reply_msginfo;
	microkit_dbg_puts("parent: child ");
	print_fault(msginfo);
	microkit_dbg_puts("parent: restart it\n");
	microkit_pd_restart(child, 0);
	return seL4_False; /* it has been restarted: nothing to resume */
}
