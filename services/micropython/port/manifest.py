# SPDX-License-Identifier: BSD-2-Clause
# What is frozen into the program: asyncio.
include("$(MPY_DIR)/extmod/asyncio")
