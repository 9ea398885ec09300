/* SPDX-License-Identifier: BSD-2-Clause */
/* For the prover: the address as it is. */
#pragma once

static inline void *arch_base(void *object)
{
	return object;
}

static inline const void *arch_base_const(const void *object)
{
	return object;
}
