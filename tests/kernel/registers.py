# SPDX-License-Identifier: BSD-2-Clause
"""A parent reads and writes its child's registers: see registers.c."""

import systems
from systems import HERE, channel, maps, pd, region

CASES = 4 + 8 + 2 + 4 + 1


def make(config):
    """A parent, its child, and a clock."""
    files = {"tester.elf": systems.reporter(config, f"{HERE}/registers.c"),
             "subject.elf": [f"{HERE}/registers_subject.c", f"{HERE}/registers_subject.S"],
             "pause.elf": [f"{HERE}/pause.c"]}
    shared = maps("shared", 0x2000000)
    return files, [
        region("shared"), pd("tester", 100, shared + pd("subject", 50, shared, id=1)),
        pd("pause", 90, '<irq irq="30" id="1"/>'),
        channel("tester", 1, "subject", 2), channel("tester", 3, "pause", 0)]


if __name__ == "__main__":
    systems.run_each("registers", make, CASES, configs=("debug", "release"))
    systems.qemu.done()
