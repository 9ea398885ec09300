#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Lets protection domains die, and judges what scripts/post-mortem says; see README.md."""
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402
import run_qemu  # noqa: E402  (of tools/, which qemu has found)

HERE = "tests/post_mortem"
SCRIPT = qemu.ROOT / "scripts" / "post-mortem"
ROOM = 28  # calls
RESTARTS = 2
SPINS, WAITING = 3, 17  # ids of a channel from `circle` to `spins`
# In the order of their ids; priorities fall from here.
VICTIMS = ("circle", "reads", "ends", "jumps", "spins", "wild", "none")
CALLERS = ["middle: deep()", "outer: middle(deep)"]
# Why it died, and the chain of calls up to init: functions, with what is in their lines.
DEATHS = {
    "reads": ("may not access 0x123450", ["deep_read: 0x123450"]),
    "ends": ("ended itself", ["deep_end: brk #0"]),
    "jumps": ("may not access 0x0", [None, "deep_jump: nowhere()"]),
    "spins": ("hung", ["deep_spin: "]),
    "circle": ("ended itself", ["init: brk #0"]),
    "wild": ("ended itself", ["init: brk #0"]),
    "none": ("ended itself", ["init: brk #0"]),
}


def victim_xml(number, name):
    return f"""
    <protection_domain name="{name}" priority="{100 - number}" fpu="false">
        <program_image path="victim.elf"/>
        <map mr="lives" vaddr="0x4000000" perms="rw" setvar_vaddr="lives"/>
    </protection_domain>"""


SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    <supervisor restarts="%d" hang="10000"><client pd="judge" watch="false"/></supervisor>
    <memory_region name="lives" size="0x1000"/>
%s
    <protection_domain name="judge" priority="1" fpu="false">
        <program_image path="judge.elf"/>
        <map mr="supervisor_counters" vaddr="0x4002000" perms="r" setvar_vaddr="counters"/>
    </protection_domain>
    <channel>
        <end pd="circle" id="%d"/><end pd="spins" id="%d" notify="false"/>
    </channel>
%s</system>
""" % (RESTARTS, "".join(victim_xml(*victim) for victim in enumerate(VICTIMS)),
       SPINS, WAITING, qemu.console_xml(["judge"], priority=200))

FILES = {
    "victim.elf": [f"{HERE}/victim.c", f"-DSPINS={SPINS}"],
    "judge.elf": [f"{HERE}/judge.c", f"-DVICTIMS={len(VICTIMS)}",
                  f"-DCIRCLE={VICTIMS.index('circle')}"],
    **qemu.CONSOLE_FILES,
}
SOURCE = (qemu.ROOT / HERE / "victim.c").read_text().split("\n")


def script(*arguments):
    """What it prints, its complaints, and whether all is well."""
    result = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False,
                            timeout=60)
    return result.stdout, result.stderr, result.returncode == 0


def chain(text):
    """The steps of a chain of calls, as "function: what is in its line"; None: no name."""
    steps = []
    for name, number in re.findall(r"^  \w+ +0x\w+(?: <([\w.]+)\+\w+>(?: \S*victim\.c:(\d+))?)?",
                                   text, re.MULTILINE):
        steps.append(f"{name}: {SOURCE[int(number) - 1].strip() if number else ''}" if name
                     else None)
    return steps


def judge_death(prefix, name, text):
    why, wanted = DEATHS[name]
    became = f"; stopped after restart {RESTARTS}\n" if name == "circle" else "; restart 1\n"
    qemu.check(f"): {why}\n" in text and became in text, f"{prefix}: {name}: why", text)
    found = chain(text.split("Likely chain")[-1])
    if wanted[0] != "init: brk #0":
        wanted = [*wanted, *CALLERS, f"init: outer({wanted[-1].split(':')[0]})"]
    good = len(found) >= len(wanted) and all(
        a is b if b is None else a and a.split(":")[0] == b.split(":")[0] and
        b.split(": ")[1] in a for a, b in zip(found, wanted))
    qemu.check(good, f"{prefix}: {name}: by whom it was called", f"{found}, not {wanted}")
    calls = sum(len(re.findall("0x", re.sub("<[^>]*>", "", line)))
                for line in re.findall("stack of calls:.*", text))
    if name in ("circle", "wild", "none"):
        qemu.check(calls == (ROOM if name == "circle" else 0),
                   f"{prefix}: {name}: what it made of its stack", calls)


def judge(board, config):
    prefix = f"post-mortem, {config}, {board}"
    try:
        image = qemu.build_system("post_mortem_script", FILES, SYSTEM, board, config)
    except qemu.BuildError as error:
        qemu.not_ok(f"{prefix}: builds", error)
        return
    system = image.with_name("system.xml")
    with qemu.Qemu(board, image, options=run_qemu.monitor_arguments(image)) as machine:
        if not qemu.check(machine.wait(r"^all have died$"), f"{prefix}: all die",
                          qemu.tail(machine.output)):
            return
        output, errors, good = script(system, image.parent)
    qemu.check(good, f"{prefix}: the script ends well", errors)
    parts = re.split(r"^LIONSOS\|POST-MORTEM pd '(\w+)'", output, flags=re.MULTILINE)
    texts = dict(zip(parts[1::2], parts[2::2]))
    qemu.check(set(texts) == set(VICTIMS) and not parts[0].strip(),
               f"{prefix}: the dead, and nobody else", sorted(texts))
    for name in VICTIMS:
        judge_death(prefix, name, texts.get(name, ""))
    qemu.check("x19 0x0000000000004321" in texts.get("ends", ""), f"{prefix}: registers",
               texts.get("ends"))
    waiting = {name for name in VICTIMS
               if f"not yet received: notification {WAITING}\n" in texts.get(name, "")}
    qemu.check(waiting == {"spins"} and output.count("not yet received") == 1,
               f"{prefix}: what was not received", waiting)
    where, errors, good = script("--where", system, image.parent)
    empty = image.with_name("empty.bin")
    empty.write_bytes(bytes(int(where.split()[1], 0) if good else 0))
    _, errors, good = script("--memory", empty, system, image.parent)
    qemu.check(not good and "has not run yet" in errors, f"{prefix}: memory that is empty", errors)


def main():
    for number, board in enumerate(qemu.boards()):
        configs = os.environ.get("CONFIGS", "debug release").split()
        for config in configs if number == 0 else configs[:1]:
            judge(board, config)
    qemu.done()


if __name__ == "__main__":
    main()
