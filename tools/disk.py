#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a disk image with a partition table (MBR).

usage: disk.py IMAGE KIB[:FOLDER]...

KIB is the size of each partition, at most four. With FOLDER it gets a FAT file system that
holds what is in there. The first partition begins at 1 MiB, each further one where the one
before ends. The image is full of zeros, and nothing of it is stored before it is written.
"""
import os
import struct
import subprocess
import sys

BLOCK_BYTES = 512
FIRST = 2048     # block of the first partition
TYPE_FAT32 = 0x0c


def partitions(sizes_kib):
    """(first block, blocks) of each partition."""
    places, first = [], FIRST
    for size in sizes_kib:
        places.append((first, size * 1024 // BLOCK_BYTES))
        first += places[-1][1]
    return places


def table(places):
    """Block 0: the places as entries of a master boot record (UEFI 2.10, 5.2.1)."""
    if not 0 < len(places) <= 4:
        sys.exit("error: a disk has one to four partitions")
    entries = b"".join(struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", TYPE_FAT32, b"\xfe\xff\xff",
                                   first, blocks) for first, blocks in places)
    return bytes(446) + entries.ljust(64, b"\0") + b"\x55\xaa"


def make_fat(path, place, folder):
    """Makes a FAT file system in a partition and copies what is in a folder to it."""
    first, blocks = place
    run = {"check": True, "capture_output": True,
           "env": dict(os.environ, PATH=os.environ["PATH"] + ":/sbin")}
    subprocess.run(["mkfs.fat", "--invariant", "--offset", str(first), path,
                    str(blocks * BLOCK_BYTES // 1024)], **run)
    for name in sorted(os.listdir(folder)):
        subprocess.run(["mcopy", "-s", "-Q", "-i", f"{path}@@{first * BLOCK_BYTES}",
                        os.path.join(folder, name), "::"], **run)


def make(path, sizes_kib, folders=None):
    """Writes the image; folders: {number of the partition: what is to be in it}."""
    places = partitions(sizes_kib)
    with open(path, "wb") as file:
        file.write(table(places))
        file.truncate((places[-1][0] + places[-1][1] + FIRST) * BLOCK_BYTES)
    for number, folder in (folders or {}).items():
        make_fat(path, places[number], folder)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    wanted = [size.partition(":") for size in sys.argv[2:]]
    make(sys.argv[1], [int(size) for size, _, _ in wanted],
         {number: folder for number, (_, _, folder) in enumerate(wanted) if folder})
