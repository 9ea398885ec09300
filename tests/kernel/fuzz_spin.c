/* SPDX-License-Identifier: BSD-2-Clause */
/* The spinning witness never leaves its init: see fuzz_spin.S. */
#include <microkit.h>

#include "fuzz.h"

void spin(struct fuzz_spin *seen);

void init(void)
{
	spin((struct fuzz_spin *)SPIN_VADDR);
}

void notified(microkit_channel ch)
{
	(void)ch;
}
