/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The post-mortem of a root PD, debug configuration only. Its format is read by
 * `microkit symbolise`.
 */
#pragma once

#include "kernel.h"

/* The PD has faulted and will be stopped. */
void postmortem_print(pd_t pd);
