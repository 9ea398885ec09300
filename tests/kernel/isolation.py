# SPDX-License-Identifier: BSD-2-Clause
"""What a PD is not given, it does not get: see isolation.c and isolation.h."""

import re
import struct

import systems
from systems import HERE, channel, maps, pd, region

INSTRUCTIONS = len(re.findall(r"^\tP\(", (systems.qemu.ROOT / HERE / "isolation.h").read_text(),
                              re.MULTILINE))
CASES = INSTRUCTIONS + 25 + 17
CODE = struct.pack("<II", 0xd2800540, 0xd65f03c0)  # mov x0, #42; ret
VALUE = struct.pack("<Q", 0x0123456789abcdef)


def make(config):
    """A prober below its parent, and regions with all rights. Budgets end, so that WFI does."""
    files = {"tester.elf": systems.reporter(config, f"{HERE}/isolation.c"),
             "prober.elf": [f"{HERE}/isolation_prober.c", f"{HERE}/isolation_prober.S"],
             "code.bin": CODE, "value.bin": VALUE}
    prober = (maps("shared", 0x2000000) + maps("r", 0x3000000, "r") + maps("rw", 0x3002000) +
              maps("rx", 0x3004000, "rx") + maps("rwx", 0x3006000, "rwx"))
    ends = {"budget": 4000, "period": 5000}
    return files, [
        region("shared"), region("shared_blind"), region("rw"),
        region("r", prefill_path="value.bin"),
        region("rx", prefill_path="code.bin"), region("rwx", prefill_path="code.bin"),
        region("secret"),
        pd("tester", 100, maps("shared", 0x2000000) + maps("secret", 0x300a000) +
           pd("prober", 50, prober, id=1, **ends) + maps("shared_blind", 0x2100000) +
           pd("blind", 51, maps("shared_blind", 0x2000000), "prober", id=2, counter="false",
              **ends)),
        channel("tester", 1, "prober", 2), channel("tester", 2, "blind", 2)]


if __name__ == "__main__":
    systems.run_each("isolation", make, CASES, configs=("debug", "release"))
    systems.qemu.done()
