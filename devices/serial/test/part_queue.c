/* SPDX-License-Identifier: BSD-2-Clause */
#include "parts.h"

#include "../../lib/queue.c"
