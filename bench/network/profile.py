# SPDX-License-Identifier: BSD-2-Clause
"""Where the instructions of a packet go: by program, and by function of each.

    python3 bench/network/profile.py IMAGE [OPTION]... MODE [LOAD-OPTION VALUE]...

boots IMAGE, puts a load on it (MODE and options are the load generator's, without the
dashes: `udp client 52:54:01:00:00:10 window 32 bytes 64`), and prints instructions per
answered request. `--inlined` shows the innermost inlined function at each instruction in
place of the function of the symbol table; `--annotate PROGRAM` lists each executed
instruction of a program with its count. The report is `report.txt` beside the image.
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


def annotate(report, owner, measured, requests):
    """Each executed instruction of a program: count per request, text, where from."""
    program = report.program(owner)
    if program is None:
        return
    insns = report.instructions(measured)[owner]
    text, places = program.disassembly(), program.places(insns)
    function = None
    print(f"\nExecuted instructions of {owner}, per request")
    for vaddr in sorted(insns):
        if insns[vaddr] / requests < 0.005:
            continue
        if program.function(vaddr) != function:
            function = program.function(vaddr)
            print(f"{function}:")
        inner, where = places[vaddr]
        print(f"{insns[vaddr] / requests:8.2f} {vaddr:10x}  {text.get(vaddr, '?'):44.44} "
              f"{inner} {where}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--inlined", action="store_true")
    parser.add_argument("--functions", type=int, default=FUNCTIONS, help="how many")
    parser.add_argument("--annotate", metavar="PROGRAM")
    parser.add_argument("--disk", metavar="IMAGE", help="of the block device")
    parser.add_argument("mode")
    parser.add_argument("options", nargs="*")
    arguments = parser.parse_args()
    options = dict(zip(arguments.options[::2], arguments.options[1::2]))
    disk = rig.disk(arguments.disk) + rig.entropy() if arguments.disk else []
    with rig.Rig(arguments.image, count=True, name="profile", options=disk) as machine:
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
    print_table("System calls per request, by program", report.calls(measured), requests)
    print_table("Events per request", collections.Counter({
        **report.traps(measured), "wait (WFI)": measured.wfis(),
        "halted": measured.idles, "idle, ns": measured.idle_ns}), requests)
    if arguments.annotate:
        annotate(report, arguments.annotate, measured, requests)
    return found["status"]


if __name__ == "__main__":
    sys.exit(main())
