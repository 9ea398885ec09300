#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The timer class in QEMU: what fires, and when; see README.md."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

CONFIGS = os.environ.get("CONFIGS", "debug release").split()
DELAYS = {0: 40, 1: 10, 2: 30, 3: 20, 5: 60, 7: 0}   # as in client.c; 3 cancels 6
PERIODS, PERIOD = 20, 5
# The last character of a name is the client's factor. ask_2 may not read the counter.
CLIENTS = {"read_1": "", "ask_2": ' counter="false"', "read_3": "", "same_3": ""}

SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    <timer/>
    <serial labels="names"/>
%s</system>
""" % "".join(f"""    <protection_domain name="{name}" priority="{priority}"{more}>
        <program_image path="client.elf"/>
    </protection_domain>
""" for priority, (name, more) in enumerate(CLIENTS.items(), 10))


def expected(name):
    """What a client says, in order."""
    factor = int(name[-1])
    events = [(factor * delay, f"timeout {n} at {factor * delay} ms")
              for n, delay in DELAYS.items()]
    last = PERIODS * PERIOD * factor
    events.append((last, f"{PERIODS} periods at {last} ms, 0 early"))
    return [f"{name}: {text}" for _, text in sorted(events)]


def main():
    for board in qemu.boards():
        for config in CONFIGS:
            image = qemu.build_system(
                "timer", {"client.elf": ["tests/timer/client.c", "-ltimer", "-lserial",
                                         "-ldevices"]}, SYSTEM, board, config)
            with qemu.Qemu(board, image) as machine:
                for _ in CLIENTS:
                    machine.wait(r"periods at.*\n", 60)
                lines = machine.quiet(0.3).splitlines()
            for name in CLIENTS:
                said = [line for line in lines if line.startswith(name)]
                qemu.check(said == expected(name), f"timeouts of {name}, {config}, {board}",
                           said)
    qemu.done()


if __name__ == "__main__":
    main()
