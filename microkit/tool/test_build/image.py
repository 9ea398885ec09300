# SPDX-License-Identifier: BSD-2-Clause
"""Reads a finished image as the loader, the MMU, the kernel and the start stub
would: physical memory after the loader's zeroing, page-table walks, the kernel's
tables through the kernel's windows, and a PD's memory after its start stub."""

import re
import struct
from pathlib import Path

PAGE = 4096
TOP = 1 << 40


def window(name):
    """The address of a window, from the header that builder and kernel use."""
    header = Path(__file__).parents[3] / "kernel/include/kernel/image.h"
    found = re.search(rf"#define KERNEL_VA_{name}\s+(0x[0-9a-f]+)ull", header.read_text())
    return int(found.group(1), 16)


WINDOW_SYSTEM, WINDOW_PDS = window("SYSTEM"), window("PDS")
WINDOW_DETAILS, WINDOW_CAPS = window("DETAILS"), window("CAPS")
WINDOW_IRQS, WINDOW_IPC = window("IRQS"), window("IPC")
WINDOW_GIC0, WINDOW_GIC1, WINDOW_UART = window("GIC0"), window("GIC1"), window("UART")
IPC_BUFFER = TOP - PAGE


class Leaf:
    """What a walk ends at."""

    def __init__(self, vaddr, paddr, size, descriptor):
        self.vaddr, self.paddr, self.size, self.descriptor = vaddr, paddr, size, descriptor

    @property
    def execute(self):
        return not self.descriptor >> 54 & 1

    @property
    def stage2_perms(self):
        access = self.descriptor >> 6 & 3
        assert access in (1, 3), f"S2AP {access}"
        return "r" + ("w" if access == 3 else "") + ("x" if self.execute else "")

    @property
    def memattr(self):
        return self.descriptor >> 2 & 15

    @property
    def el2_perms(self):
        assert self.descriptor >> 6 & 1, "AP[1] is not 1"
        read_only = self.descriptor >> 7 & 1
        return "r" + ("" if read_only else "w") + ("x" if self.execute else "")

    @property
    def mair_index(self):
        return self.descriptor >> 2 & 7


class Image:
    def __init__(self, content, base, loader_bytes):
        self.content, self.base = content, base
        fields = struct.unpack_from("<QIIQQQQQQQ", content, loader_bytes)
        (self.magic, self.version, count, self.image_base, self.image_bytes, self.uart,
         self.counter_hz, self.boot_root, self.kernel_root, self.entry) = fields
        at = loader_bytes + struct.calcsize("<QIIQQQQQQQ")
        self.zero = [struct.unpack_from("<QQ", content, at + 16 * i) for i in range(count)]
        self.tables = set()

    def in_file(self, paddr, size=1):
        return self.base <= paddr and paddr + size <= self.base + len(self.content)

    def in_zero(self, paddr, size=1):
        return any(base <= paddr and paddr + size <= base + n for base, n in self.zero)

    def physical(self, paddr, size):
        """Memory as the loader leaves it; None where nobody has initialised it."""
        if self.in_file(paddr, size):
            return self.content[paddr - self.base:paddr - self.base + size]
        if self.in_zero(paddr, size):
            return bytes(size)
        end = self.base + len(self.content)
        if paddr < end < paddr + size:  # the end of the file is inside
            behind = self.physical(end, paddr + size - end)
            return behind if behind is None else self.content[paddr - self.base:] + behind
        return None

    def _table(self, paddr, pages=1):
        assert paddr % (PAGE * pages) == 0 and self.in_file(paddr, PAGE * pages)
        self.tables.update(range(paddr, paddr + PAGE * pages, PAGE))
        return struct.unpack(f"<{512 * pages}Q", self.physical(paddr, PAGE * pages))

    def leaves(self, root, pages=1):
        """Every page and block of an address space, by address."""
        found = []

        def visit(table, level, base):
            shift = 39 - 9 * level
            for index, entry in enumerate(table):
                if entry == 0:
                    continue
                vaddr = base + (index << shift)
                paddr = entry & 0xFFFFFFFFF000
                if level < 3 and entry & 3 == 3:
                    visit(self._table(paddr), level + 1, vaddr)
                    continue
                assert entry & 3 == (3 if level == 3 else 1), "no valid descriptor"
                assert paddr % (1 << shift) == 0, "an unaligned block"
                assert entry >> 10 & 1, "AF is clear"
                found.append(Leaf(vaddr, paddr, 1 << shift, entry))

        visit(self._table(root, pages), 1, 0)
        return found

    def kernel(self):
        if not hasattr(self, "_kernel"):
            self._kernel = self.leaves(self.kernel_root)
        return self._kernel

    def window(self, vaddr, size):
        """What the kernel reads at a virtual address."""
        out = b""
        pages = {leaf.vaddr: leaf for leaf in self.kernel()}
        while size > 0:
            leaf = pages[vaddr & ~(PAGE - 1)]
            offset = vaddr - leaf.vaddr
            part = min(size, PAGE - offset)
            out += self.physical(leaf.paddr + offset, part)
            vaddr, size = vaddr + part, size - part
        return out

    def header(self):
        names = ("magic version flags num_pds num_cores num_irqs schedule_length "
                 "schedule_start reserved counter_hz").split()
        raw = self.window(WINDOW_SYSTEM, 48 + 1600)
        header = dict(zip(names, struct.unpack_from("<QIIIIIIIIQ", raw)))
        header["schedule"] = [struct.unpack_from("<QQ", raw, 48 + 16 * i)
                              for i in range(header["schedule_length"])]
        return header

    def pd(self, index):
        return Pd(self, index)

    def pds(self):
        return [Pd(self, i) for i in range(self.header()["num_pds"])]

    def irq(self, number):
        return struct.unpack("<BBBB", self.window(WINDOW_IRQS + 4 * number, 4))


class Pd:
    def __init__(self, image, index):
        self.image, self.id = image, index
        names = ("vttbr start entry budget period priority core domain flags profile "
                 "parent fault_bit level_first level_last num_irqs num_smc").split()
        raw = image.window(WINDOW_PDS + 64 * index, 64)
        for name, value in zip(names, struct.unpack_from("<QQQQQ11B", raw)):
            setattr(self, name, value)
        detail = image.window(WINDOW_DETAILS + 512 * index, 512)
        peers = struct.unpack_from("<256B", detail)
        pairs = list(zip(peers[::2], peers[1::2]))
        self.callers, self.children = pairs[:64], pairs[64:]
        self.irqs = struct.unpack_from("<62H", detail, 256)
        self.smc = struct.unpack_from("<14I", detail, 384)
        self.name = detail[448:512].rstrip(b"\0").decode()
        self.root = self.vttbr & ((1 << 48) - 1)
        self.vmid = self.vttbr >> 48

    def cap(self, slot):
        """(type, target, id, bit, irq)"""
        at = WINDOW_CAPS + self.id * 4096 + 8 * slot
        return struct.unpack("<BBBBHH", self.image.window(at, 8))[:5]

    def leaves(self):
        if not hasattr(self, "_leaves"):
            self._leaves = self.image.leaves(self.root, 2)
        return self._leaves

    def walk(self, vaddr):
        for leaf in self.leaves():
            if leaf.vaddr <= vaddr < leaf.vaddr + leaf.size:
                return leaf
        return None

    def start_table(self):
        raw = self.memory(self.start + PAGE, PAGE)
        top, count = struct.unpack_from("<QQ", raw)
        return top, [struct.unpack_from("<QQQQ", raw, 16 + 32 * i) for i in range(count)]

    def memory(self, vaddr, size):
        """Before the start stub."""
        out = b""
        while size > 0:
            leaf = self.walk(vaddr)
            assert leaf is not None, f"0x{vaddr:x} is not mapped"
            part = min(size, leaf.vaddr + leaf.size - vaddr)
            content = self.image.physical(leaf.paddr + vaddr - leaf.vaddr, part)
            assert content is not None, f"0x{vaddr:x} is not initialised"
            out += content
            vaddr, size = vaddr + part, size - part
        return out

    def started(self):
        """{page: content} of what the start stub writes."""
        pages = {}

        def put(vaddr, content):
            while content:
                page = vaddr & ~(PAGE - 1)
                offset = vaddr - page
                part = content[:PAGE - offset]
                leaf = self.walk(page)
                assert leaf is not None and "w" in leaf.stage2_perms, "stub faults"
                old = pages.setdefault(page, [None] * PAGE)
                old[offset:offset + len(part)] = part
                vaddr, content = vaddr + len(part), content[len(part):]

        for destination, source, copy, zero in self.start_table()[1]:
            assert (destination | copy | zero | source) % 16 == 0
            if copy:
                put(destination, self.memory(source, copy))
            put(destination + copy, bytes(zero))
        for page, content in pages.items():
            assert None not in content, f"stub leaves a part of 0x{page:x}"
            pages[page] = bytes(content)
        return pages
