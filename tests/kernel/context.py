# SPDX-License-Identifier: BSD-2-Clause
"""Floating point registers and TPIDR_EL0: see context.c."""

import systems
from systems import HERE, channel, maps, pd, region

CASES = 4
PDS = ("first", "second", "server", "zeroed")  # the tester's numbers for them


def make(config):
    """Two PDs that take turns, a passive server of both, one that is restarted."""
    files = {"tester.elf": systems.reporter(config, f"{HERE}/context.c"),
             "context.elf": [f"{HERE}/context_pd.c", f"{HERE}/context_registers.S",
                             systems.qemu.FPU]}
    own = [maps(f"log_{name}", 0x2000000) for name in PDS]
    tester = '<irq irq="30" id="40"/>' + "".join(
        maps(f"log_{name}", 0x2100000 + 0x1000 * n, "r") for n, name in enumerate(PDS))
    tester += pd("zeroed", 60, own[3], "context", id=3, fpu="true")
    return files, [
        *[region(f"log_{name}") for name in PDS], pd("tester", 100, tester),
        pd("first", 20, own[0], "context", fpu="true", budget=50),
        pd("second", 20, own[1], "context", fpu="true", budget=70),
        pd("server", 30, own[2], "context", fpu="true", passive="true"),
        channel("first", 1, "server", 10, call=True),
        channel("second", 1, "server", 11, call=True),
        channel("zeroed", 2, "tester", 3), channel("server", 2, "tester", 4)]


if __name__ == "__main__":
    systems.run_each("context", make, CASES)
    systems.qemu.done()
