/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader: checks that the image is where it was built for, turns the MMU
 * on, fills memory with zeros, enters the kernel. It knows no board.
 */
#pragma once

#include <stdint.h>

#include <kernel/image.h>

/* Does all that; does not return. current_el: as CurrentEL reads. */
_Noreturn void loader_main(
	uint64_t base, const struct boot_header *boot, uint64_t current_el);

/* Prints why the image cannot run, on the UART that it was built for; stops. */
_Noreturn void loader_stop(
	const struct boot_header *boot, const char *why, uint64_t found, uint64_t wanted);
