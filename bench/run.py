# SPDX-License-Identifier: BSD-2-Clause
"""Measure: boot the systems of bench/ipc, count, print the table, write bench.json.

    make bench                      builds what this needs and runs it
    python3 bench/run.py --accept   takes the figures as the new baseline.json
    python3 bench/run.py echo http  measures only these: names of the functions here and
                                    in rows.py, block_rows.py, linux_rows.py

Counts are guest instructions: see docs/performance.md for the method. A figure
that differs from bench/baseline.json is flagged; one that misses its goal is too.
Neither is an error: exit status 1 means that a figure could not be measured.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in (
    "tests", "bench/network", "bench/block", "bench/linux", "bench/files", "bench/restart",
    "bench/trusted")]
import block_rows  # noqa: E402
import clients  # noqa: E402
import files_rows  # noqa: E402
import linux_rows  # noqa: E402
import qemu  # noqa: E402
import report  # noqa: E402
import restart_rows  # noqa: E402
import rig  # noqa: E402
import rows as network  # noqa: E402
import sweep  # noqa: E402
import table  # noqa: E402
import trusted  # noqa: E402

BOARD = "qemu_virt_aarch64"
TICK_INSNS = 16  # instructions in a tick of the 62.5 MHz counter, one ns each
IRQ_ENTRY_INSNS = 6  # bench/ipc/irq_entry.S: of notified(), up to its reading
# Depend on the host's timing a little.
NOT_EXACT = ("net.", "http.", "block.", "fs.", "restart.", "boot.echo", "boot.web",
             "linux.", "linux_stock.")
NOISE = {"_insns": 0.05, "_kib": 0.05}  # by the name's end: such a change is none
RESTART_NOISE = 0.3  # of one restart and one request, not of thousands
IMAGES = qemu.B / "bench/measure"
BASELINE = ROOT / "bench/baseline.json"


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


def echo_sizes(figures):
    """The echo example: what is loaded, and all memory that anybody has a mapping of."""
    report = network.ECHO.with_name("report.txt").read_text()
    ranges = re.findall(r"^ +0x([0-9a-f]+)\.\.0x([0-9a-f]+) +\d", report, re.MULTILINE)
    ram = int(qemu.board(BOARD)["ram"][0]["base"], 0)
    figures["size.echo_image_bytes"] = network.ECHO.stat().st_size
    figures["memory.echo_bytes"] = sum(
        int(last, 16) + 1 - int(first, 16) for first, last in ranges if int(first, 16) >= ram)


def command(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True,
                          text=True, cwd=ROOT).stdout


MEASURES = (calls, notifications, interrupts, boot, sizes, echo_sizes, *network.MEASURES,
            *block_rows.MEASURES, *files_rows.MEASURES, *restart_rows.MEASURES, *trusted.MEASURES,
            *linux_rows.MEASURES)
EXTRA = (*sweep.EXTRA, *clients.EXTRA)
FAILURES = (Unmeasured, KeyError, OSError, subprocess.CalledProcessError, network.Bad,
            rig.LoadFailed)


def changed(name, value, was):
    """Whether a figure differs from the baseline's by more than it may by chance."""
    if value is None or was is None:
        return False
    if not name.startswith(NOT_EXACT):
        return value != was
    noise = next((n for end, n in NOISE.items() if name.endswith(end)), None)
    noise = RESTART_NOISE if name.startswith("restart.") else noise
    return noise is not None and abs(value - was) > noise * was


def main():
    figures, failures = {}, []
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    wanted = [m for m in (*MEASURES, *EXTRA) if m.__name__ in words] if words else \
        [*MEASURES, *(EXTRA if os.environ.get("FULL") else ())]
    for number, measure in enumerate(wanted, start=1):
        print(f"measuring {number} of {len(wanted)}: {measure.__name__}", flush=True)
        try:
            measure(figures)
        except FAILURES as failure:
            failures.append(f"{measure.__name__}: {failure}")
    baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    table.show(figures, baseline, changed, everything=not words)
    path = qemu.B / "bench.json"
    path.write_text(json.dumps(figures, indent=1) + "\n")
    points = json.loads(sweep.OUT.read_text()) if sweep.OUT.exists() else None
    page = report.write(qemu.B / "bench", figures, points)
    print(f"Written to {path}; with pictures, to {page}.")
    if "--accept" in sys.argv[1:]:
        BASELINE.write_text(json.dumps(baseline | figures, indent=1) + "\n")
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
