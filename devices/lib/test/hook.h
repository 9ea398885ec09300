/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before everything else: at each atomic access and fence of what is
 * tested, a device or a neighbour may run.
 */
#pragma once

void hook(void);

#define __atomic_load_n(word, order) (hook(), __atomic_load_n(word, order))
#define __atomic_store_n(word, value, order) \
	(hook(), __atomic_store_n(word, value, order), hook())
#define __atomic_thread_fence(order) (hook(), __atomic_thread_fence(order), hook())
