/* SPDX-License-Identifier: BSD-2-Clause */
/* littlefs includes <inttypes.h> and uses nothing of it that is not in <stdint.h> or glue.h. */
#pragma once

#include <stdint.h>
