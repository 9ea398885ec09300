/* SPDX-License-Identifier: BSD-2-Clause */
/* Access to registers: see devices/lib/mmio.h. */
#pragma once

#include <devices/lib/mmio.h>
