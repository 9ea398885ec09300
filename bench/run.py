# SPDX-License-Identifier: BSD-2-Clause
"""Measure: boot the systems of bench/ipc, count, print the table, write bench.json.

    make bench                      builds what this needs and runs it
    python3 bench/run.py --accept   takes the figures as the new baseline.json
    python3 bench/run.py echo http  measures only these: names of the functions here and
                                    in bench/network/rows.py

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
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench/network")]
import qemu  # noqa: E402
import rig  # noqa: E402
import rows as network  # noqa: E402

BOARD = "qemu_virt_aarch64"
TICK_INSNS = 16  # instructions in a tick of the 62.5 MHz counter, one ns each
IRQ_ENTRY_INSNS = 6  # bench/ipc/irq_entry.S: of notified(), up to its reading
MORE_IS_BETTER = {"net.udp64_pps_share"}
NOT_EXACT = ("net.", "http.", "boot.echo")  # depend on the host's timing a little
NOISE = {"_insns": 0.05, "_kib": 0.05}  # by the name's end: such a change is none
IMAGES = qemu.B / "bench/measure"
BASELINE = ROOT / "bench/baseline.json"

# name; goal, what seL4 under Microkit (with sDDF) and what Linux take, or None
ROWS = [
    ("ipc.ppc_passive_insns", 240, 525, None),
    ("ipc.ppc_passive_4w_insns", 255, 553, None),
    ("ipc.ppc_active_insns", 310, 2102, None),
    ("ipc.ppc_64w_insns", 600, None, None),
    ("ipc.ppc_fpu_insns", None, None, None),
    ("ipc.notify_wake_insns", 300, 1178, None),
    ("ipc.notify_insns", 90, 423, None),
    ("ipc.irq_insns", 280, None, None),
    ("boot.ipc6_insns", 1000000, 4156288, None),
    ("size.kernel_sloc", 4000, 22582, None),
    ("size.kernel_text_bytes", 24576, 60644, None),
    ("net.udp64_w1_insns", 4000, 12171, 14378),
    ("net.udp64_w32_insns", 1700, 2504, 9218),
    ("net.udp64_w32_shared_insns", 600, 976, None),
    ("net.udp1472_w1_insns", 5500, 14108, 15271),
    ("net.udp1472_w32_insns", 3000, 4561, 11566),
    ("net.udp64_pps_share", 60, None, None),
    ("net.tcp_insns_per_kib", None, None, None),
    ("http.c_1k_insns", 10000, None, 20600),
    ("boot.echo_insns", 10000000, 123110000, None),
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


MEASURES = (calls, notifications, interrupts, boot, sizes, *network.MEASURES)
FAILURES = (Unmeasured, KeyError, OSError, subprocess.CalledProcessError, network.Bad,
            rig.LoadFailed)


def number(value):
    return "" if value is None else f"{value:,}"


def missed(name, value, goal):
    """By how much a figure misses its goal; 0 if it does not."""
    if value is None or goal is None:
        return 0
    return max(goal - value if name in MORE_IS_BETTER else value - goal, 0)


def changed(name, value, was):
    """Whether a figure differs from the baseline's by more than it may by chance."""
    if value is None or was is None:
        return False
    if not name.startswith(NOT_EXACT):
        return value != was
    noise = next((n for end, n in NOISE.items() if name.endswith(end)), None)
    return noise is not None and abs(value - was) > noise * was


def print_table(figures, baseline):
    print(f"\n{'':26} {'measured':>11} {'goal':>10} {'seL4':>11} {'ratio':>6} "
          f"{'Linux':>7} {'ratio':>6}")
    for name, goal, *others in ROWS:
        value = figures.get(name)
        notes = []
        if value is None:
            notes.append("not measured")
        if missed(name, value, goal):
            notes.append(f"misses its goal by {missed(name, value, goal):,}")
        if changed(name, value, baseline.get(name)):
            notes.append(f"changed: was {baseline[name]:,}")
        ratios = [f"{other / value:.1f}x" if other and value else "" for other in others]
        print(f"{name:26} {number(value):>11} {number(goal):>10} "
              f"{number(others[0]):>11} {ratios[0]:>6} {number(others[1]):>7} "
              f"{ratios[1]:>6}  {'; '.join(notes)}".rstrip())
    print("\nGuest instructions, release, GICv2; lines; bytes: less is better. _share: %, "
          "more is better.\nseL4: under Microkit, with sDDF. Linux: lean kernel and a C echo; "
          "64 outstanding in place of 32.")


def main():
    figures, failures = {}, []
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    for measure in MEASURES:
        if words and measure.__name__ not in words:
            continue
        print(f"measuring: {measure.__name__}", flush=True)
        try:
            measure(figures)
        except FAILURES as failure:
            failures.append(f"{measure.__name__}: {failure}")
    baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    print_table(figures, baseline)
    path = qemu.B / "bench.json"
    path.write_text(json.dumps(figures, indent=1) + "\n")
    print(f"Written to {path}.")
    if "--accept" in sys.argv[1:]:
        BASELINE.write_text(json.dumps(baseline | figures, indent=1) + "\n")
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
