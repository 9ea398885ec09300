#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The rtc class in QEMU: what time clients have; see README.md."""
import calendar
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

CONFIGS = os.environ.get("CONFIGS", "debug release").split()
BASE = "2031-05-04T03:02:01"
SECONDS = calendar.timegm(time.strptime(BASE, "%Y-%m-%dT%H:%M:%S"))
CLIENTS = {"reads": "", "asks": ' counter="false"'}
TIMES, STEP = 10, 100
SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    <timer/>%s<serial labels="names"/>
%s</system>
"""
PDS = "".join(f"""    <protection_domain name="{name}" priority="{priority}" fpu="false"{more}>
        <program_image path="client.elf"/>
    </protection_domain>
""" for priority, (name, more) in enumerate(CLIENTS.items(), 10))
FILES = {"client.elf": ["tests/rtc/client.c", "-lrtc", "-ltimer", "-lserial", "-ldevices"]}


def boot(board, image, *rtc):
    """The seconds that each client says."""
    said = {name: [] for name in CLIENTS}
    pattern = "^(?:" + "|".join(CLIENTS) + r"): \d+\n"
    with qemu.Qemu(board, image, options=rtc and ["-rtc", ",".join(rtc)]) as machine:
        for _ in range((TIMES + 1) * len(CLIENTS)):
            machine.wait(pattern, 60)
        lines = machine.output.splitlines()
    for line in lines:
        name, _, text = line.partition(": ")
        if name in said and text.isdigit():
            said[name].append(int(text))
    return said


def main():
    for board in qemu.boards():
        for config in CONFIGS:
            image = qemu.build_system("rtc", FILES, SYSTEM % ("<rtc/>", PDS), board, config)
            said = boot(board, image, f"base={BASE}", "clock=vm")
            expected = [SECONDS + STEP * i for i in range(TIMES + 1)]
            for name in CLIENTS:
                qemu.check(said[name] == expected, f"the time of {name}, {config}, {board}",
                           (said, expected))
            # As the machine that runs this; the guest's time stands still while it boots.
            before = int(time.time())
            said = boot(board, image, "base=utc", "clock=vm")
            qemu.check(all(before - 2 <= times[0] <= time.time() + 2
                           for times in said.values() if times) and all(said.values()),
                       f"the time is that of this machine, {config}, {board}", (before, said))
        said = boot(board, image, "base=1970-01-01", "clock=vm")
        qemu.check(said == {name: [0] * (TIMES + 1) for name in CLIENTS},
                   f"a clock that was never set, {board}", said)
        image = qemu.build_system("rtc", FILES, SYSTEM % ("", PDS), board, CONFIGS[0])
        said = boot(board, image)
        qemu.check(said == {name: [0] * (TIMES + 1) for name in CLIENTS},
                   f"without <rtc/>, {board}", said)
    qemu.done()


if __name__ == "__main__":
    main()
