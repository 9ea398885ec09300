# SPDX-License-Identifier: BSD-2-Clause
"""The file system's rows of `make bench`: see docs/performance.md for what is in them."""

import os
import subprocess

import rig
import rows
import disk  # of tools/, which rig has found

FOLDER = rig.qemu.B / "bench/files"
FILE_BYTES = 16 << 20
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


def measure(letter, report):
    """A rows.Row of what a letter makes the guest do, with a disk that it has not seen."""
    row = rows.Row(f"fs.{'write' if letter == 'w' else 'read'}_insns_per_kib", "a KiB")
    for _ in range(rows.REPETITIONS):
        path = make_disk()
        counts = FOLDER / "big.counts"
        options = rig.disk(path) + ["-plugin", f"{rig.COUNTER},counts={counts},each=off"]
        with rig.qemu.Qemu(rig.BOARD, FOLDER / "big.img", icount=False, fill=rows.FILL,
                           options=options) as machine:
            ready = machine.wait("^ready$")
            machine.quiet(QUIET_S)
            before = rows.counts.Counts(counts)
            machine.send(letter)
            done = machine.wait(r"^done (\d+)\n", LIMIT_S)
            machine.quiet(QUIET_S)
            if not ready or not done or int(done[1]) != FILE_BYTES:
                raise rows.Bad(f"{row.name}: {rig.qemu.tail(machine.output)}")
            row.take(rows.counts.Counts(counts) - before, FILE_BYTES // 1024, report)
        if letter == "w":
            check_written(path, row.name)
        path.unlink()
    return row


def file_system(figures):
    """16 MiB in calls of 64 KiB, read and written."""
    report = rows.counts.Report(FOLDER / "report.txt", rows.SDK)
    for letter in "rw":
        row = measure(letter, report)
        row.show()
        figures[row.name] = round(row.median())


MEASURES = (file_system,)
