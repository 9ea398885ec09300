#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a disk image with a partition table (MBR).

usage: disk.py IMAGE KIB...          KIB: the size of each partition, at most four

The first partition begins at 1 MiB, each further one where the one before ends. The
image is full of zeros, and nothing of it is stored before it is written.
"""
import struct
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


def make(path, sizes_kib):
    """Writes the image."""
    places = partitions(sizes_kib)
    with open(path, "wb") as file:
        file.write(table(places))
        file.truncate((places[-1][0] + places[-1][1] + FIRST) * BLOCK_BYTES)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    make(sys.argv[1], [int(size) for size in sys.argv[2:]])
