# SPDX-License-Identifier: BSD-2-Clause
"""Messages of protected procedure calls: see message.c and message.h."""

import systems
from systems import HERE, channel, pd

CASES = 10


def make(config):
    """A caller, a chain of three active servers, and one of three passive ones."""
    files = {"tester.elf": systems.reporter(config, f"{HERE}/message.c"),
             "echo.elf": [f"{HERE}/message_echo.c"]}
    servers = [pd(f"active{n}", 60 + 2 * n, elf="echo") for n in range(3)]
    servers += [pd(f"passive{n}", 61 + 2 * n, elf="echo", passive="true") for n in range(3)]
    channels = [channel("tester", number, f"{kind}0", 0, call=True)
                for number, kind in enumerate(("active", "passive"))]
    channels += [channel(f"{kind}{n}", 1, f"{kind}{n + 1}", 0, call=True)
                 for kind in ("active", "passive") for n in range(2)]
    channels.append(channel("tester", 2, "active0", 2))
    return files, [pd("tester", 50), *servers, *channels]


if __name__ == "__main__":
    systems.run_each("message", make, CASES, configs=("debug", "release"))
    systems.qemu.done()
