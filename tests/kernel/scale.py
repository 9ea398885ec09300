# SPDX-License-Identifier: BSD-2-Clause
"""As many protection domains as there may be: see scale.c and scale.h."""

import systems
from systems import HERE, channel, maps, pd, region

CASES = 3
PD_MAX = 254
STAR = 59


def make(config):
    """A chain of links, every third of them passive, and the tester below."""
    links = PD_MAX - (1 if config == "debug" else 2)  # the tester, the console
    shared = maps("shared", 0x2000000)
    files = {"tester.elf": systems.reporter(config, f"{HERE}/scale.c", f"-DLINKS={links}u"),
             "link.elf": [f"{HERE}/scale_link.c"]}
    name = "l{:03}".format
    parts = [region("shared"), pd("tester", 0, shared),
             channel("tester", 0, name(1), 1, call=True)]
    for n in range(1, links + 1):
        attributes = {"passive": "true"} if n % 3 == 0 else {}
        parts.append(pd(name(n), n, shared, "link", **attributes))
        if n < links:
            parts.append(channel(name(n), 0, name(n + 1), 1, call=True))
        if n <= STAR:
            parts.append(channel(name(n), 2, name(links), 1 + n, call=True))
    return files, parts


if __name__ == "__main__":
    systems.run_each("scale", make, CASES, configs=("debug", "release"))
    systems.qemu.done()
