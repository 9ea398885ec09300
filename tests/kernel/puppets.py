# SPDX-License-Identifier: BSD-2-Clause
"""The system of director and puppets: see director.h and puppet.h."""

import systems
from systems import HERE, channel, maps, pd, region

# name: (priority, passive, parent); the order is that of enum puppet
PUPPETS = {
    "c1": (10, False, "tester"), "c2": (20, False, "tester"), "c3": (30, False, "tester"),
    "s": (50, False, "tester"), "p": (52, True, "tester"), "t": (60, False, "tester"),
    "v": (62, True, "tester"), "u": (70, False, "tester"), "q": (45, False, "tester"),
    "k": (15, False, "q"), "w": (47, True, "tester"), "x": (17, False, "w"),
    "y": (57, True, "w"), "r": (55, False, None), "g": (56, True, None),
}
CHILD_IDS = {"k": 1, "x": 1, "y": 2}
CALLERS = {
    "s": ["c1", "c2", "c3", "k"], "p": ["c1", "c2", "c3", "k"],
    "t": ["c1", "c2", "c3", "s", "p", "q", "w", "r", "g"],
    "v": ["c1", "c2", "c3", "s", "p", "t", "r", "g"],
    "u": ["t", "v"], "q": ["c1", "k"], "w": ["c1", "x"], "y": ["c1", "c2"],
    "r": ["c1", "c2", "c3"], "g": ["c1", "c2", "c3"],
}
INDEX = {name: number for number, name in enumerate(PUPPETS)}
IDLE_CHANNEL = 60


def puppet(name, budgets):
    """The puppet's protection domain with its children inside."""
    priority, passive, parent = PUPPETS[name]
    body = maps(f"control_{name}", 0x2000000) + maps("trace", 0x2100000)
    body += "".join(puppet(child, budgets) for child in PUPPETS if PUPPETS[child][2] == name)
    attributes = {"passive": "true"} if passive else {}
    if parent is not None:
        attributes["id"] = CHILD_IDS.get(name, INDEX[name])
    if name in budgets:
        attributes["budget"], attributes["period"] = budgets[name]
    return pd(name, priority, body, "puppet", **attributes)


def make(config, cases, notify=False, budgets=(), director=""):
    """The system whose director runs the sources `cases`.

    With `notify`, callers and servers may notify each other. `budgets` has budget
    and period of those that have not slices. `director` is further text of the
    director's PD.
    """
    budgets = dict(budgets)
    files = {
        "tester.elf": systems.reporter(
            config, *[f"{HERE}/{part}.c" for part in (*cases, "director", "trace")]),
        "puppet.elf": [f"{HERE}/puppet.c", f"{HERE}/trace.c"],
        "idle.elf": [f"{HERE}/idle.c"],
    }
    director += maps("trace", 0x2100000) + "".join(
        maps(f"control_{name}", 0x2200000 + 0x1000 * INDEX[name]) for name in PUPPETS)
    director += "".join(puppet(name, budgets) for name in PUPPETS if PUPPETS[name][2] == "tester")
    parts = [region("trace"), *[region(f"control_{name}") for name in PUPPETS],
             pd("tester", 200, director), pd("idle", 0),
             *[puppet(name, budgets) for name in PUPPETS if PUPPETS[name][2] is None],
             channel("tester", IDLE_CHANNEL, "idle", 0),
             *[channel("tester", INDEX[name], name, 0) for name in PUPPETS],
             *[channel(caller, 10 + INDEX[server], server, 30 + INDEX[caller], call=True,
                       notify_a=notify, notify_b=notify)
               for server, callers in CALLERS.items() for caller in callers]]
    return files, parts
