/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of the unix port; those about speed are services/micropython/port/mpconfigport.h's. */
#pragma once

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

#define MICROPY_OPT_LOAD_ATTR_FAST_PATH (1)
#define MICROPY_OPT_MAP_LOOKUP_CACHE (1)
#define MICROPY_OPT_MAP_LOOKUP_CACHE_SIZE (4096)
#define MICROPY_BYTES_PER_GC_BLOCK (64)
#define MICROPY_QSTR_BYTES_IN_HASH (2)

#include "ports/unix/variants/mpconfigvariant_common.h"
