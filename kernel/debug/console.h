/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's console, debug configuration only: a PL011 at KERNEL_VA_UART.
 * Source of registers: Arm PL011 TRM (DDI 0183), 3.3.
 */
#pragma once

#include <stdint.h>

#include <kernel/abi.h>

void console_boot(void);

/* Waits for room, at most CONSOLE_POLL_MAX reads, and sends the character. */
enum status console_putc(char c);

void console_puts(const char *s);

/* 16 hexadecimal digits with 0x. */
void console_hex(uint64_t value);

/* The kernel itself took an exception. */
void console_panic(uint64_t esr, uint64_t elr, uint64_t far);
