#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Hangs components, and lets others seem to hang; see README.md."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

HERE = "tests/hang"
CASES = 8
# In the order of enum child in judge.c; name, priority, further attributes.
WORKERS = (("spinner", 60, ""), ("server", 50, ""), ("caller", 40, ""), ("forever", 55, ""),
           ("left", 30, ""), ("right", 30, ""),
           ("starved", 65, ' budget="1000" period="8000"'), ("reckoner", 20, ""))


def worker_xml(name, priority, more):
    return f"""
    <protection_domain name="{name}" priority="{priority}" fpu="false"{more}>
        <program_image path="worker.elf"/>
        <map mr="work" vaddr="0x4000000" perms="rw" setvar_vaddr="work"/>
    </protection_domain>"""


SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    <supervisor restarts="2" hang="10000">
        <client pd="reckoner" watch="false"/><client pd="judge" watch="false"/>
    </supervisor>
    <memory_region name="work" size="0x1000"/>
%s
    <protection_domain name="judge" priority="1" fpu="false">
        <program_image path="judge.elf"/>
        <map mr="work" vaddr="0x4000000" perms="r" setvar_vaddr="work"/>
        <map mr="supervisor_counters" vaddr="0x4002000" perms="r" setvar_vaddr="counters"/>
    </protection_domain>
    <channel>
        <end pd="caller" id="0" pp="true" notify="false"/><end pd="server" id="0" notify="false"/>
    </channel>
    <channel><end pd="left" id="0"/><end pd="right" id="0"/></channel>
%s</system>
""" % ("".join(worker_xml(*worker) for worker in WORKERS),
       qemu.console_xml(["judge"], priority=200))

FILES = {
    "worker.elf": [f"{HERE}/worker.c", f"-I{HERE}"],
    "judge.elf": [f"{HERE}/judge.c", f"-I{HERE}"],
    **qemu.CONSOLE_FILES,
}


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    for number, board in enumerate(qemu.boards()):
        config = configs[number % len(configs)]
        qemu.guest_system(f"hang, {config}, {board}", CASES, "hang", FILES, SYSTEM, board, config)
    qemu.done()


if __name__ == "__main__":
    main()
