# SPDX-License-Identifier: BSD-2-Clause
"""Readings of the counter, and whose the counted instructions are.

A reading (Counts) says how often each block of instructions was executed. The tool's
report (Report) says which program's code is at a physical address; no page has code of
two. The program's symbol table says which function is at a virtual address.
"""

import bisect
import collections
import mmap
import pathlib
import re
import struct
import subprocess

MAGIC = 0x31746e756f636e69
HEADER = struct.Struct("<8Q")     # struct counts in counter/counts.h
BLOCK = struct.Struct("<QQIIQ")   # struct counts_block
Block = collections.namedtuple("Block", "paddr vaddr insns wfi")


class Counts:
    """Executions of blocks: of a file, or between two files (their difference)."""

    def __init__(self, path=None):
        self.executions = collections.Counter()  # Block: how often
        self.idles = self.idle_ns = 0
        if path is None:
            return
        with open(path, "rb") as file, \
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            magic, blocks, lost, self.idles, self.idle_ns, *_ = HEADER.unpack_from(data)
            if magic != MAGIC or lost:
                raise ValueError(f"{path}: {lost} blocks were not counted")
            for i in range(blocks):
                *block, executions = BLOCK.unpack_from(data, HEADER.size + i * BLOCK.size)
                self.executions[Block(*block)] += executions

    def __sub__(self, before):
        part = Counts()
        part.executions = self.executions - before.executions
        part.idles = self.idles - before.idles
        part.idle_ns = self.idle_ns - before.idle_ns
        return part

    def insns(self):
        """All instructions."""
        return sum(b.insns * n for b, n in self.executions.items())

    def wfis(self):
        """How often the processor was told to wait."""
        return sum(b.wfi * n for b, n in self.executions.items())

    def starts(self, address):
        """How often a block was entered that begins at this virtual address."""
        return sum(n for b, n in self.executions.items() if b.vaddr == address)


class Program:
    """The functions of one ELF file."""

    def __init__(self, path, offset=0):
        self.path, self.offset = path, offset
        self.functions = []
        output = subprocess.run(["llvm-nm-14", "--defined-only", str(path)], check=True,
                                capture_output=True, text=True).stdout
        for line in output.splitlines():
            address, kind, name = line.split(maxsplit=2)
            if kind in "tTwW" and not name.startswith("$"):
                self.functions.append((int(address, 16), name))
        self.functions.sort()

    def address(self, name):
        """Where a function begins."""
        return next(address for address, other in self.functions if other == name)

    def function(self, vaddr):
        """The name of the function at an address."""
        at = bisect.bisect_right(self.functions, (vaddr - self.offset, "\uffff")) - 1
        return self.functions[at][1] if at >= 0 else "?"

    def disassembly(self):
        """{address: instruction}."""
        output = subprocess.run(["llvm-objdump-14", "-d", "--no-show-raw-insn", str(self.path)],
                                check=True, capture_output=True, text=True).stdout
        lines = re.findall(r"^\s*([0-9a-f]+):\s+(.*)$", output, re.MULTILINE)
        return {int(address, 16) + self.offset: re.sub(r"\s+", " ", text)
                for address, text in lines}

    def places(self, vaddrs):
        """{address: (innermost inlined function, file:line) there}."""
        vaddrs = sorted(vaddrs)
        output = subprocess.run(
            ["llvm-symbolizer-14", "--functions=short", "--inlines", f"--obj={self.path}"],
            input="".join(f"{v - self.offset:#x}\n" for v in vaddrs), check=True,
            capture_output=True, text=True).stdout
        rows = [block.split("\n") for block in output.split("\n\n")]
        return {v: (row[0], pathlib.Path(row[1]).name) for v, row in zip(vaddrs, rows)}


def traps(counts, base):
    """How often a vector table (Arm DDI 0487, D1.10.2) was entered, by its entries."""
    names = {0x400: "synchronous", 0x480: "interrupt", 0x280: "interrupt in the kernel",
             0x200: "synchronous in the kernel"}
    found = {name: counts.starts(base + offset) for offset, name in names.items()}
    return {name: entries for name, entries in found.items() if entries}


class Report:
    """Who is where, by the report that the tool wrote about an image."""

    def __init__(self, path, sdk):
        self.path = pathlib.Path(path)
        self.sdk = sdk
        self.text = self.path.read_text()
        self.ranges = []  # (first paddr, last paddr, owner), sorted
        for first, last, what in re.findall(
                r"^ +(0x[0-9a-f]+)\.\.(0x[0-9a-f]+) +\d+ \w+  (.+)$",
                self.text[self.text.index("Physical memory\n"):], re.MULTILINE):
            owner, _, kind = what.partition(": ")
            if "region" not in kind:  # what is executed there was there at reset
                self.ranges.append((int(first, 16), int(last, 16), owner))
        self.ranges.sort()
        self.images = dict(re.findall(
            r"^Protection domain '([^']+)'.*\n-+\n +program image (\S+)$",
            self.text, re.MULTILINE))
        self.image_base = int(re.search(r"image in memory .* from (0x\w+)", self.text)[1], 16)
        self.programs = {}

    def owner(self, paddr):
        """The name of the PD whose code is there, or kernel, loader, start stub, reset."""
        at = bisect.bisect_right(self.ranges, (paddr, 1 << 64, "")) - 1
        if at >= 0 and paddr <= self.ranges[at][1]:
            return self.ranges[at][2]
        return "reset"

    def program(self, owner):
        """The Program of an owner; None if it has none, or none that can be found."""
        if owner not in self.programs:
            name = {"kernel": "kernel.elf", "loader": "loader.elf"}.get(
                owner, self.images.get(owner))
            places = [self.path.parent, self.sdk / "elf"]
            found = [p / name for p in places if name and (p / name).exists()]
            self.programs[owner] = found and Program(
                found[0], self.image_base if owner == "loader" else 0) or None
        return self.programs[owner]

    def split(self, counts):
        """{owner: instructions}."""
        split = collections.Counter()
        for block, executions in counts.executions.items():
            split[self.owner(block.paddr)] += block.insns * executions
        return split

    def instructions(self, counts):
        """{owner: {vaddr: how often the instruction there was executed}}."""
        insns = collections.defaultdict(collections.Counter)
        for block, executions in counts.executions.items():
            for i in range(block.insns):
                insns[self.owner(block.paddr)][block.vaddr + 4 * i] += executions
        return insns

    def functions(self, counts, inlined=False):
        """{(owner, function): instructions}."""
        split = collections.Counter()
        for owner, vaddrs in self.instructions(counts).items():
            program = self.program(owner)
            places = program.places(vaddrs) if inlined and program else {}
            for vaddr, executions in vaddrs.items():
                name = program.function(vaddr) if program else "?"
                split[owner, places.get(vaddr, [name])[0]] += executions
        return split

    def calls(self, counts):
        """{owner: system calls}."""
        calls = collections.Counter()
        for owner, vaddrs in self.instructions(counts).items():
            program = self.program(owner)
            text = program.disassembly() if program else {}
            calls[owner] = sum(n for vaddr, n in vaddrs.items()
                               if text.get(vaddr, "").startswith("svc"))
        return calls

    def traps(self, counts):
        """How often the kernel was entered, by the entry of its vector table."""
        kernel = self.program("kernel")
        return traps(counts, next(a for a, name in kernel.functions if name.endswith("vectors")))
