# SPDX-License-Identifier: BSD-2-Clause
# What is frozen into the program: asyncio, and the modules of this project.
include("$(MPY_DIR)/extmod/asyncio")
freeze("../../../services/micropython/modules")
