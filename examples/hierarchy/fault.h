/* SPDX-License-Identifier: BSD-2-Clause */
/* What parent and child share: saying why a child has faulted. */
#pragma once

#include <microkit.h>

static inline void print_hex(uint64_t value)
{
	unsigned int shift = 60;

	while (shift > 0 && value >> shift == 0) {
		shift -= 4;
	}
	microkit_dbg_puts("0x");
	for (;; shift -= 4) {
		microkit_dbg_putc("0123456789abcdef"[value >> shift & 0xf]);
		if (shift == 0) {
			return;
		}
	}
}

/* Print the reason of a fault; reads the message words, so call it first. */
static inline void print_fault(microkit_msginfo msginfo)
{
	uint64_t syndrome;

	switch (microkit_msginfo_get_label(msginfo)) {
	case seL4_Fault_VMFault:
		syndrome = microkit_mr_get(seL4_VMFault_FSR);
		if (microkit_mr_get(seL4_VMFault_PrefetchFault) != 0) {
			microkit_dbg_puts("executed at ");
		} else if ((syndrome & 1u << 6) != 0) { /* ESR_EL2.WnR */
			microkit_dbg_puts("wrote to ");
		} else {
			microkit_dbg_puts("read from ");
		}
		print_hex(microkit_mr_get(seL4_VMFault_Addr));
		break;
	case seL4_Fault_UserException:
		microkit_dbg_puts("made an exception of class ");
		print_hex(microkit_mr_get(seL4_UserException_Number));
		break;
	case seL4_Fault_UnknownSyscall:
		microkit_dbg_puts("made an unknown system call");
		break;
	default:
		microkit_dbg_puts("faulted for another reason");
		break;
	}
	microkit_dbg_puts("\n");
}
