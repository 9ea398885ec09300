#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs libmicrokit's rarer calls on the real kernel; see README.md."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

HERE = "tests/api"
CASES = 15

# The kernel numbers PDs by descending priority: api.h relies on it.
SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    <memory_region name="shared" size="0x1000"/>
    <protection_domain name="server" priority="60">
        <program_image path="server.elf"/>
    </protection_domain>
    <protection_domain name="tester" priority="50" smc="true">
        <program_image path="tester.elf"/>
        <map mr="shared" vaddr="0x4000000" perms="rw" setvar_vaddr="shared"/>
        <statistics/>
        <cspace>
            <cap_tcb slot="3" pd="server"/>
        </cspace>
        <protection_domain name="listed" priority="40" id="0" smc_functions="0x84000000">
            <program_image path="child.elf"/>
            <map mr="shared" vaddr="0x4000000" perms="rw" setvar_vaddr="shared"/>
        </protection_domain>
        <protection_domain name="unlisted" priority="30" id="1">
            <program_image path="child.elf"/>
            <map mr="shared" vaddr="0x4000000" perms="rw" setvar_vaddr="shared"/>
        </protection_domain>
    </protection_domain>
    <channel>
        <end pd="tester" id="0" pp="true"/>
        <end pd="server" id="0"/>
    </channel>
%s</system>
""" % qemu.console_xml(["tester"])

FILES = {
    "tester.elf": [f"{HERE}/tester.c"],
    "server.elf": [f"{HERE}/server.c"],
    "child.elf": [f"{HERE}/child.c"],
    **qemu.CONSOLE_FILES,
}


def main():
    for board in qemu.boards():
        for config in ("debug", "release", "benchmark"):
            qemu.guest_system(f"api, {config}, {board}", CASES, "api", FILES, SYSTEM, board, config)
    qemu.done()


if __name__ == "__main__":
    main()
