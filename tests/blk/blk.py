#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots examples/blk with disks of several kinds and compares each disk, byte for byte, with
what the two clients should have made of it: their partitions written, nothing else touched.
"""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402
import disk  # noqa: E402  (of tools/)
import run_qemu  # noqa: E402

BLOCK = disk.BLOCK_BYTES
# Numbers of devices/block/queue.h: enum block_status.
NO_DEVICE, NO_TABLE, NO_PARTITION, BAD_PARTITION, UNSUPPORTED = 4, 7, 8, 9, 10
GOOD = {"left": None, "right": None}


def pattern(name, blocks):
    """What a client fills its partition with."""
    return b"".join(struct.pack("<64Q", *(ord(name[0]) << 56 | block << 8 | index
                                          for index in range(64))) for block in range(blocks))


def entries(*rows, active=0):
    """Block 0 with (type, first block, blocks) entries."""
    packed = b"".join(struct.pack("<B3sB3sII", active, b"", kind, b"", first, blocks)
                      for kind, first, blocks in rows)
    return bytes(446) + packed.ljust(64, b"\0") + b"\x55\xaa"


def says(name, blocks, status):
    """A regular expression of all that a client prints."""
    if status is not None:
        return [f"{name}: no partition: status {status}$"]
    return [f"{name}: {blocks} blocks written and read back, 0 wrong, 0 requests failed$",
            f"{name}: the block after the last one: refused$"]


def boot(name, board, config, options, expected):
    """Boots until all of the expected lines have come; whether they have."""
    image = qemu.B / "examples" / "blk" / board / config / "loader.img"
    with qemu.Qemu(board, image, icount=False, options=options) as machine:
        for line in expected:
            machine.position = 0
            if not machine.wait(f"^(\\x1b\\[[0-9;]*m)?{line}", 60):
                qemu.not_ok(name, f"no '{line}' in\n{qemu.tail(machine.output)}")
                return False
    return True


def judge(name, board, config, first_block, results, total_kib=5120, garbage=b"\xe5",
          places=None, tail=b""):
    """Boots with a disk full of garbage behind `first_block`; judges prints and disk.

    The places of partitions are those of an MBR in the first block, unless given."""
    path = qemu.B / "test" / "blk" / board / f"{config}.img"
    path.parent.mkdir(parents=True, exist_ok=True)
    filling = total_kib * 1024 - len(first_block) - len(tail)
    before = bytearray(first_block + garbage * filling + tail)
    path.write_bytes(before)
    expected = []
    for number, (client, status) in enumerate(results.items()):
        first, blocks = (places[number] if places else
                         struct.unpack_from("<II", first_block, 446 + 16 * number + 8))
        expected += says(client, blocks, status)
        if status is None:
            before[first * BLOCK:(first + blocks) * BLOCK] = pattern(client, blocks)
    name = f"{name}, {config}, {board}"
    if not boot(name, board, config, run_qemu.block_arguments(qemu.board(board), path), expected):
        return
    after = path.read_bytes()
    wrong = [i // BLOCK for i in range(0, len(before), BLOCK)
             if before[i:i + BLOCK] != after[i:i + BLOCK]]
    qemu.check(len(after) == len(before) and not wrong, name,
               f"{len(wrong)} blocks differ, the first is {wrong[:1]}")


def test_made(board, config):
    places = disk.partitions([1024, 512])
    judge("a disk as of make run", board, config, disk.table(places), GOOD)


def test_gpt(board, config):
    """A GPT, whole and with a primary one that is broken: the backup is as good."""
    places = disk.partitions([1024, 512])
    head, tail = disk.gpt(places, 5120 * 2)
    judge("a GPT", board, config, head, GOOD, places=places, tail=tail)
    broken = head[:BLOCK + 16] + bytes(4) + head[BLOCK + 20:]
    judge("a GPT's backup", board, config, broken, GOOD, places=places, tail=tail)


def test_hostile(board, config):
    """Tables that lie: a client without partition does not harm the other."""
    blocks = 5120 * 2
    for name, left, right, results in (
            ("no second partition", (12, 64, 100), (0, 0, 0), (None, NO_PARTITION)),
            ("overlapping partitions", (12, 64, 100), (12, 163, 9), (BAD_PARTITION,) * 2),
            ("partitions that touch", (12, 64, 100), (12, 164, 9), (None, None)),
            ("a partition up to the end", (12, blocks - 9, 9), (12, 1, 9), (None, None)),
            ("one beyond the end", (12, blocks - 9, 10), (12, 1, 9), (BAD_PARTITION, None)),
            ("one that wraps around", (12, 0xffffffff, 2), (12, 1, 9), (BAD_PARTITION, None)),
            ("one over the table", (12, 0, 9), (12, 10, 9), (BAD_PARTITION, None)),
            ("an extended partition", (5, 64, 9), (12, 10, 9), (UNSUPPORTED, None)),
            ("a GPT's record alone", (0xee, 1, blocks - 1), (0, 0, 0), (NO_TABLE, NO_TABLE))):
        judge(name, board, config, entries(left, right),
              dict(zip(("left", "right"), results)))
    judge("no table", board, config, bytes(BLOCK), {"left": NO_TABLE, "right": NO_TABLE})
    judge("a boot sector of a file system", board, config,
          entries((12, 64, 100), (12, 200, 9), active=0x33),
          {"left": NO_TABLE, "right": NO_TABLE})


def test_no_disk(board, config):
    name = f"no disk, {config}, {board}"
    expected = says("left", 0, NO_DEVICE) + says("right", 0, NO_DEVICE)
    if boot(name, board, config, [], expected):
        qemu.ok(name)


def main():
    configs = qemu.os.environ.get("CONFIGS", "debug release").split()
    for board in qemu.boards():
        for config in configs:
            test_made(board, config)
        test_gpt(board, configs[-1])
        test_hostile(board, configs[0])
        test_no_disk(board, configs[-1])
    qemu.done()


if __name__ == "__main__":
    main()
