# SPDX-License-Identifier: BSD-2-Clause
"""Who gets how much time, and when: see budgets.c and spinner.h."""

import systems
from systems import HERE, channel, maps, pd, region

CASES = 22
LOG_BYTES = 0x10000
# name: priority, (budget, period) in microseconds or None for slices, passive;
# the order is that of enum spinner
SPINNERS = {
    "a": (50, (3000, 10000), False), "b": (40, None, False),
    "e1": (30, None, False), "e2": (30, None, False), "e3": (30, None, False),
    "f1": (20, (2000, 10000), False), "f2": (20, (5000, 10000), False),
    "f3": (20, None, False), "g": (60, (1000, 5000), False),
    "caller": (25, (1000, 20000), False), "long": (65, (5000, 20000), True),
    "short": (66, (1000, 20000), True), "caller2": (26, (1000, 20000), False),
    "flood": (15, None, False), "caller3": (27, (1000, 5000), False),
    "slices": (67, None, True), "caller4": (28, (1000, 5000), False),
    "middle": (62, None, True), "middle2": (63, None, True),
}


def make(config):
    """The tester and its spinners."""
    files = {"tester.elf": systems.reporter(config, f"{HERE}/budgets.c"),
             "spinner.elf": [f"{HERE}/spinner.c"]}
    tester, parts = '<irq irq="30" id="60"/>', []
    for number, (name, (priority, budget, passive)) in enumerate(SPINNERS.items()):
        attributes = {"id": number}
        if budget:
            attributes.update(budget=budget[0], period=budget[1])
        if passive:
            attributes["passive"] = "true"
        tester += maps(f"log_{name}", 0x2100000 + LOG_BYTES * number)
        tester += pd(name, priority, maps(f"log_{name}", 0x2000000), "spinner", **attributes)
        parts += [region(f"log_{name}", LOG_BYTES), channel("tester", number, name, 0)]
    parts += [pd("tester", 250, tester),
              channel("caller", 1, "long", 1, call=True),
              channel("caller2", 1, "short", 1, call=True),
              channel("caller3", 1, "slices", 1, call=True),
              channel("caller4", 1, "middle", 2, call=True),
              channel("middle", 1, "middle2", 2, call=True),
              channel("middle2", 1, "slices", 2, call=True),
              channel("flood", 1, "f3", 1)]
    return files, parts


if __name__ == "__main__":
    systems.run_each("budgets", make, CASES)
    systems.qemu.done()
