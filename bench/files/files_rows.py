# SPDX-License-Identifier: BSD-2-Clause
"""The file system's rows of `make bench`: see docs/performance.md for what is in them."""

import os
import subprocess

import rig
import rows
import disk  # of tools/, which rig has found

FOLDER = rig.qemu.B / "bench/files"
FILE_BYTES = 16 << 20
WORKS = ("read", "write")  # whose first letters big.c knows
COUNTER_HZ = 62500000  # of the system counter: boards/*/board.json
PARTITION_KIB = 40960
LIMIT_S = 120
QUIET_S = 0.2  # then nothing more comes


def make_disk():
    """A disk that no guest has seen; its path."""
    path = FOLDER / "disk.img"
    (FOLDER / "disk").mkdir(exist_ok=True)
    (FOLDER / "disk/big.bin").write_bytes(os.urandom(FILE_BYTES))
    disk.make(path, [PARTITION_KIB], {0: FOLDER / "disk"})
    return path


def check_written(path, what):
    """Raises rows.Bad if the file that a guest wrote is not on the disk as it should be."""
    place = f"{path}@@{disk.FIRST * disk.BLOCK_BYTES}"
    run = subprocess.run(["mtype", "-i", place, "::written.bin"], capture_output=True)
    if run.stdout != b"w" * FILE_BYTES:
        raise rows.Bad(f"{what}: not what was written is on the disk")


def run(work, options, counts=None):
    """One boot with a disk that the guest has not seen: what was counted, and its ticks."""
    with rig.qemu.Qemu(rig.BOARD, FOLDER / "big.img", icount=False, fill=rows.FILL,
                       options=options) as machine:
        machine.wait("^ready$")
        for letter in (work[0], "d")[:1 + (work == "write")]:  # first for QEMU alone
            machine.send(letter)
            machine.wait(r"^done [1-9].*\n", LIMIT_S)
        machine.quiet(QUIET_S)
        before = counts and rows.counts.Counts(counts)
        machine.send(work[0])
        done = machine.wait(r"^done (\d+) (\d+)\n", LIMIT_S)
        machine.quiet(QUIET_S)
        if not done or int(done[1]) != FILE_BYTES:
            raise rows.Bad(f"fs.{work}: {rig.qemu.tail(machine.output)}")
        return counts and rows.counts.Counts(counts) - before, int(done[2])


def mib_per_s(work, guest):
    """The rate of one boot: guest(work, options of QEMU) does it, and says its ticks.

    This machine's own disk takes no part in it: QEMU does not wait for that.
    """
    path = make_disk()
    option, drive, *device = rig.disk(path)
    seconds = guest(work, [option, f"{drive},cache=unsafe", *device]) / COUNTER_HZ
    if work == "write":
        check_written(path, f"fs.{work}_mib_per_s")
    path.unlink()
    return FILE_BYTES / (1 << 20) / seconds


def ticks(work, options):
    """LionsOS's side of a rate."""
    return run(work, options)[1]


def file_system(figures):
    """16 MiB in calls of 64 KiB, read and written."""
    report = rows.counts.Report(FOLDER / "report.txt", rows.SDK)
    counts = FOLDER / "big.counts"
    for work in WORKS:
        row = rows.Row(f"fs.{work}_insns_per_kib", "a KiB")
        for _ in range(rows.REPETITIONS):
            path = make_disk()
            options = rig.disk(path) + ["-plugin", f"{rig.COUNTER},counts={counts},each=off"]
            row.take(run(work, options, counts)[0], FILE_BYTES // 1024, report)
            if work == "write":
                check_written(path, row.name)
            path.unlink()
        row.show()
        figures[row.name] = round(row.median())


MEASURES = (file_system,)
