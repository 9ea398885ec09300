/* SPDX-License-Identifier: BSD-2-Clause */
/* littlefs includes <assert.h> and uses nothing of it that is not in <stdint.h> or glue.h. */
#pragma once

#include <stdint.h>
