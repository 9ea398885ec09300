/* SPDX-License-Identifier: BSD-2-Clause */
/* Cache maintenance, which the test watches. */
#pragma once

#include <stdint.h>

int seL4_ARM_VSpace_CleanInvalidate_Data(uint64_t service, uint64_t start, uint64_t end);
int seL4_ARM_VSpace_Invalidate_Data(uint64_t service, uint64_t start, uint64_t end);
