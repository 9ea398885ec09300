/* SPDX-License-Identifier: BSD-2-Clause */
/* What the library's own files know of each other. */
#pragma once

/* Run constructors and init(), then serve events for ever. */
_Noreturn void microkit_main(void);
