# SPDX-License-Identifier: BSD-2-Clause
"""Measure: boot the systems of bench/ipc, count, print the table, write bench.json.

    make bench                      builds what this needs and runs it
    python3 bench/run.py --accept   takes the figures as the new baseline.json

Counts are guest instructions: see docs/performance.md for the method. A figure
that differs from bench/baseline.json is flagged; one that misses its goal is too.
Neither is an error: exit status 1 means that a figure could not be measured.
"""

import json
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import qemu  # noqa: E402

BOARD = "qemu_virt_aarch64"
TICK_INSNS = 16  # instructions in a tick of the 62.5 MHz counter, one ns each
IRQ_ENTRY_INSNS = 6  # bench/ipc/irq_entry.S: of notified(), up to its reading
IMAGES = qemu.B / "bench/measure"
BASELINE = ROOT / "bench/baseline.json"

# name, goal or None, what seL4 under Microkit takes or None: issue "what it must reach"
ROWS = [
    ("ipc.ppc_passive_insns", 240, 525),
    ("ipc.ppc_passive_4w_insns", 255, 553),
    ("ipc.ppc_active_insns", 310, 2102),
    ("ipc.ppc_64w_insns", 600, None),
    ("ipc.ppc_fpu_insns", None, None),
    ("ipc.notify_wake_insns", 300, 1178),
    ("ipc.notify_insns", 90, 423),
    ("ipc.irq_insns", 280, None),
    ("boot.ipc6_insns", 1000000, 4156288),
    ("size.kernel_sloc", 4000, 22582),
    ("size.kernel_text_bytes", 24576, 60644),
]


class Unmeasured(Exception):
    """A system did not say what it should."""


def values(system, **options):
    """What the system prints: {name: [value, ...]}."""
    match, output = qemu.run(BOARD, IMAGES / f"{system}.img", "^end$", **options)
    if not match:
        raise Unmeasured(f"{system} does not come to its end:\n{qemu.tail(output)}")
    found = {}
    for name, value in re.findall(r"^(\w+) (\d+)$", output, re.MULTILINE):
        found.setdefault(name, []).append(int(value))
    return found


def per_round(found, row):
    """Instructions of one round of a row, without those of the empty loop."""
    ticks = found[row][0] - found["empty"][0]
    return round(ticks * TICK_INSNS / found["iterations"][0])


def calls(figures):
    passive = values("ppc_passive")
    figures["ipc.ppc_passive_insns"] = per_round(passive, "call_0w")
    figures["ipc.ppc_passive_4w_insns"] = per_round(passive, "call_4w")
    figures["ipc.ppc_64w_insns"] = per_round(passive, "call_64w")
    figures["ipc.ppc_active_insns"] = per_round(values("ppc_active"), "call_0w")
    figures["ipc.ppc_fpu_insns"] = per_round(values("ppc_fpu"), "call_fpu")


def notifications(figures):
    figures["ipc.notify_wake_insns"] = per_round(values("notify_wake"), "notify")
    figures["ipc.notify_insns"] = per_round(values("notify"), "notify")


def interrupts(figures):
    sums = values("irq")["irq"]  # each of sixteen readings is one exact figure
    figures["ipc.irq_insns"] = round(statistics.median(sums)) - IRQ_ENTRY_INSNS


def boot(figures):
    ticks = values("boot", fill=0xA5)["boot"][0]
    figures["boot.ipc6_insns"] = ticks * TICK_INSNS


def sizes(figures):
    kernel = qemu.SDK / "board" / BOARD / "release/elf/kernel.elf"
    sections = command("llvm-size-14", "-A", "-d", kernel)
    figures["size.kernel_text_bytes"] = sum(
        int(size) for size in re.findall(r"^\.text\S*\s+(\d+)", sections, re.MULTILINE))
    total = command(sys.executable, ROOT / "tools/sloc.py", "--kernel")
    figures["size.kernel_sloc"] = int(total.strip().splitlines()[-1].split()[0])


def command(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True,
                          text=True, cwd=ROOT).stdout


def number(value):
    return "" if value is None else f"{value:,}"


def print_table(figures, baseline):
    print(f"\n{'':26} {'measured':>10} {'goal':>10} {'seL4+Microkit':>14} {'ratio':>6}")
    for name, goal, other in ROWS:
        value = figures.get(name)
        notes = []
        if value is None:
            notes.append("not measured")
        elif goal is not None and value > goal:
            notes.append(f"misses its goal by {value - goal:,}")
        was = baseline.get(name)
        if value is not None and was is not None and was != value:
            notes.append(f"changed: was {was:,}")
        ratio = f"{other / value:.1f}x" if other and value else ""
        print(f"{name:26} {number(value):>10} {number(goal):>10} {number(other):>14} "
              f"{ratio:>6}  {'; '.join(notes)}".rstrip())
    print("\nGuest instructions, release, GICv2; lines; bytes. Less is better.")


def main():
    figures, failures = {}, []
    for measure in (calls, notifications, interrupts, boot, sizes):
        print(f"measuring: {measure.__name__}", flush=True)
        try:
            measure(figures)
        except (Unmeasured, KeyError, subprocess.CalledProcessError) as failure:
            failures.append(f"{measure.__name__}: {failure}")
    baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    print_table(figures, baseline)
    path = qemu.B / "bench.json"
    path.write_text(json.dumps(figures, indent=1) + "\n")
    print(f"Written to {path}.")
    if "--accept" in sys.argv[1:]:
        BASELINE.write_text(json.dumps(figures, indent=1) + "\n")
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
