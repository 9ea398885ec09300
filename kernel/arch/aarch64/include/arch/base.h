/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An address that the compiler takes as it is.
 */
#pragma once

/* Returns `object`; the compiler does not see where it comes from. */
static inline void *arch_base(void *object)
{
	__asm__("" : "+r"(object));
	return object;
}

static inline const void *arch_base_const(const void *object)
{
	__asm__("" : "+r"(object));
	return object;
}
