/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from an exception to the function that handles it.
 */
#pragma once

#include <stdint.h>

/*
 * A system call of the running PD: arguments and number as in abi.h. The
 * architecture resumes core->current afterwards.
 */
void syscall_dispatch(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t number);
