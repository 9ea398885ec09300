/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console of a kernel that has none: release and benchmark.
 */
#pragma once

#include <stdint.h>

#include <kernel/abi.h>

static inline void console_boot(void)
{
}

static inline enum status console_putc(char c)
{
	(void)c;
	return STATUS_REFUSED;
}

static inline void console_panic(uint64_t esr, uint64_t elr, uint64_t far)
{
	(void)esr;
	(void)elr;
	(void)far;
}
