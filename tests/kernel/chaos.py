# SPDX-License-Identifier: BSD-2-Clause
"""Random scripts, stops, restarts and resumes; then all must serve all: see chaos.c.

TEST_SEED gives the seed, CHAOS_ROUNDS the number of rounds on each board, with
slices and with budgets that end in the middle of everything.
"""

import os
import struct

import puppets
import systems
from systems import maps, region

SEED = int(os.environ.get("TEST_SEED", "1"))
ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "150"))
CASES = 1 + (ROUNDS + 49) // 50
BUDGETS = {"c1": (300, 1000), "c2": (200, 1000), "s": (300, 2000), "p": (200, 1000),
           "v": (100, 2000), "x": (150, 3000), "q": (500, 1000), "w": (250, 4000)}


def make(budgets):
    """The puppets, with slices or with budgets."""

    def parts(config):
        director = maps("order", 0x2900000, "r") + '<irq irq="30" id="59"/>'
        files, xml = puppets.make(config, ("chaos",), budgets=budgets, director=director)
        files["order.bin"] = struct.pack("<QQ", SEED, ROUNDS)
        files["tester.elf"] += ["tests/kernel/memory.c", "-fno-builtin"]
        return files, [region("order", prefill_path="order.bin"), *xml]

    return parts


if __name__ == "__main__":
    systems.run_each("chaos_slices", make({}), CASES)
    systems.run_each("chaos_budgets", make(BUDGETS), CASES)
    systems.qemu.done()
