# SPDX-License-Identifier: BSD-2-Clause
"""Where the instructions of a packet go: by program, and by function of each.

    python3 bench/network/profile.py IMAGE [--report FILE] [--inlined] MODE [OPTION VALUE]...

boots IMAGE, puts a load on it (MODE and options are the load generator's, without the
dashes: `udp client 52:54:01:00:00:10 window 32 bytes 64`), and prints instructions per
answered request. `--inlined` shows the innermost inlined function at each instruction in
place of the function of the symbol table. The report is `report.txt` beside the image.
"""

import argparse
import collections
import pathlib
import sys

import counts
import rig

FUNCTIONS = 40


def print_table(title, split, requests, limit=None):
    print(f"\n{title}")
    for name, insns in sorted(split.items(), key=lambda item: -item[1])[:limit]:
        if insns / requests >= 0.05:
            label = name if isinstance(name, str) else f"{name[0]:24} {name[1]}"
            print(f"{insns / requests:10.1f}  {label}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--inlined", action="store_true")
    parser.add_argument("--functions", type=int, default=FUNCTIONS, help="how many")
    parser.add_argument("mode")
    parser.add_argument("options", nargs="*")
    arguments = parser.parse_args()
    options = dict(zip(arguments.options[::2], arguments.options[1::2]))
    with rig.Rig(arguments.image, count=True, name="profile") as machine:
        found = machine.load(arguments.mode, **options)
        measured = machine.measured()
    requests = max(found["answered"], 1)
    for name, value in found.items():
        print(f"{name:20} {value}")
    path = arguments.report or arguments.image.with_name("report.txt")
    if not path.exists():
        print(f"{measured.insns() / requests:10.1f}  all")
        return 1
    report = counts.Report(path, rig.qemu.SDK / "board" / rig.BOARD / "release")
    print_table("Instructions per request, by program", {
        **report.split(measured), "all": measured.insns()}, requests)
    print_table("By function", report.functions(measured, arguments.inlined), requests,
                arguments.functions)
    print_table("Events per request", collections.Counter({
        **report.traps(measured), "wait (WFI)": measured.wfis(),
        "halted": measured.idles, "idle, ns": measured.idle_ns}), requests)
    return found["status"]


if __name__ == "__main__":
    sys.exit(main())
