# SPDX-License-Identifier: BSD-2-Clause
"""The disk's rows of `make bench`: work.h says what is done.

The guest marks the moments between which is measured, and the counter takes a reading at
each (bench/network/counter). The disk is an image full of the pattern; after a run it must be
so again, written by the guest.
"""

import pathlib
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "bench/network"), str(ROOT / "tools")]
import counts  # noqa: E402
import disk  # noqa: E402
import rig  # noqa: E402
import rows as network  # noqa: E402

OUT = rig.qemu.B / "bench/block"
IMAGE = OUT / "loader.img"
DISK_KIB = 8192
BLOCKS = DISK_KIB * 1024 // disk.BLOCK_BYTES
FIRST_BYTE = disk.FIRST * disk.BLOCK_BYTES
SEED = 0x9e3779b97f4a7c15  # BLOCK_WORK_SEED
# Name and requests of block_works in work.h.
WORKS = [("read4k_w1", 2000), ("read4k_w16", 2000), ("read64k_w1", 500),
         ("write4k_w1", 2000), ("write4k_w16", 2000), ("write64k_w1", 500)]
LIMIT_S = 120


def pattern(mask):
    """What is in the partition: before, and with every bit of the mask flipped behind."""
    words = (((i + 1) * SEED % (1 << 64)) ^ mask for i in range(BLOCKS))
    tail = bytes(disk.BLOCK_BYTES - 8)
    return b"".join(struct.pack("<Q", word) + tail for word in words)


def make_disk(path):
    disk.make(path, [DISK_KIB])
    with open(path, "r+b") as file:
        file.seek(FIRST_BYTE)
        file.write(pattern(0))


def marked(name, image, options, path, works):
    """One boot with a disk: what was counted in each work, [counts.Counts]."""
    counted = rig.OUT / f"{name}.counts"
    for number in range(2 * works):
        pathlib.Path(f"{counted}.mark{number}").unlink(missing_ok=True)
    options = [*options, *rig.disk(path), "-plugin", f"{rig.COUNTER},counts={counted}"]
    match, output = rig.qemu.run(rig.BOARD, image, "(right|wrong)\nend", LIMIT_S, icount=False,
                                 options=options)
    if not match or match[1] != "right":
        raise network.Bad(f"{name}, disk: {rig.qemu.tail(output)}")
    marks = [counts.Counts(f"{counted}.mark{i}") for i in range(2 * works)]
    return [after - before for before, after in zip(marks[::2], marks[1::2])]


def run(name, image, options):
    """One boot with a disk that is checked: what was counted in each work."""
    path = OUT / f"{name}.disk"
    OUT.mkdir(parents=True, exist_ok=True)
    make_disk(path)
    measured = marked(name, image, options, path, len(WORKS))
    if path.read_bytes()[FIRST_BYTE:][:DISK_KIB * 1024] != pattern((1 << 64) - 1):
        raise network.Bad(f"{name}, disk: not what was written is on it")
    return measured


def measure(figures, prefix, image, options, report):
    """Some boots; the median of each work."""
    rows = [network.Row(f"{prefix}.{name}_insns", "a request") for name, _ in WORKS]
    for _ in range(network.REPETITIONS):
        for row, (_, requests), measured in zip(rows, WORKS, run(prefix, image, options)):
            row.take(measured, requests, report)
    for row in rows:
        row.show()
        figures[row.name] = round(row.median())


def block(figures):
    """LionsOS: driver, virtualiser, client."""
    measure(figures, "block", IMAGE, [], counts.Report(OUT / "report.txt", network.SDK))


MEASURES = (block,)
