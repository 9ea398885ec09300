#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tampers with images and looks whether `microkit check` notices.

Builds systems with the tool, checks that the clean images pass, and then changes
bytes: at random (any byte, any bit; TEST_SEED repeats a run) and on purpose. Each
change must be reported with the name of what a changed byte belongs to.

usage: test_check.py [--count N]    N random tamperings a system (default 150)
"""
import argparse
import concurrent.futures
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import systems

B = os.environ.get("B", "build")
SDK = os.environ.get("SDK", os.path.join(B, "sdk"))
CHECK = os.path.join(B, "test", "check", "check")
SEED = int(os.environ.get("TEST_SEED", random.SystemRandom().randrange(2**32)))
REPORT = re.compile(r"^\S+: (?:byte|memory at) 0x[0-9a-f]+ \((.*?)\): ", re.M)
LOST = re.compile(r"the prefilled region ('.*?') is not in the image")
CAP = struct.Struct("<BBBBHH")
CAP_NOTIFY, CAP_CALL, CAP_IRQ, CAP_CONTROL, CAP_VCPU, CAP_SMC, CAP_STATISTICS = range(1, 8)
PAGE = 4096

failed = 0


def case(name, why=None):
    """Prints the outcome of one case; why is None if it passed."""
    global failed
    failed += why is not None
    print(f"ok - {name}" if why is None else f"not ok - {name}: {why}", flush=True)


class Image:
    """An image that the tool built: its bytes, and the owner of each."""

    def __init__(self, name, board, config, text, directory):
        self.name, self.board, self.config = name, board, config
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory)
        self.system = os.path.join(self.directory, "test.system")
        self.programs = os.path.join(B, "test", "check", board, config)
        with open(self.system, "w") as file:
            file.write(text)
        # Fixed, so that a seed repeats a run; not a multiple of anything.
        filler = random.Random(7)
        for file_name, size in (("prefill.bin", 5001), ("hidden.bin", 4097)):
            with open(os.path.join(self.directory, file_name), "wb") as file:
                file.write(filler.randbytes(size))
        self.file = os.path.join(self.directory, "loader.img")
        built = subprocess.run(
            [os.path.join(SDK, "bin", "microkit"), *self.options(), "-o", self.file,
             "-r", os.path.join(self.directory, "report.txt"), self.system],
            env={**os.environ, "MICROKIT_SDK": SDK}, capture_output=True, text=True)
        self.error = built.stderr if built.returncode else None
        if self.error is None:
            with open(self.file, "rb") as file:
                self.data = file.read()
            self.owners = []

    def options(self):
        return ["--board", self.board, "--config", self.config,
                "--search-path", self.directory, self.programs]

    def check(self, image, system=None, *more):
        """Exit status, standard output, errors of the checker."""
        done = subprocess.run(
            [CHECK, *self.options(), "--config", self.config, *more, image,
             system or self.system],
            env={**os.environ, "MICROKIT_SDK": SDK}, capture_output=True, text=True,
            timeout=120)
        return done.returncode, done.stdout, done.stderr

    def read_owners(self):
        status, out, errors = self.check(self.file, None, "--owners")
        for line in out.splitlines():
            words = line.split(" ", 5)
            if len(words) == 6 and words[0].startswith("0x"):
                self.owners.append((*[int(word, 16) for word in words[:5]], words[5]))
        return status, errors

    def owner(self, offset):
        """The name that the checker must give the owner of a byte."""
        before = None
        for start, end, stride, first, step, name in self.owners:
            if start <= offset < end:
                if not stride:
                    return name
                number = first + (offset - start) // stride * step
                return f"{name} {number:#x}" if step >= 16 else f"{name} {number}"
            if start <= offset:
                before = name
        return f"padding after {before}"

    def find(self, name, number=None):
        """Where the bytes are that have this owner: their first offset."""
        for start, end, stride, first, step, owner in self.owners:
            if owner != name:
                continue
            if number is None:
                return start
            if stride and first <= number < first + (end - start) // stride * step:
                return start + (number - first) // step * stride
        raise KeyError(f"{name} {number}")

    def word(self, offset):
        return struct.unpack_from("<Q", self.data, offset)[0]

    def paddr(self, offset):
        """Where a byte of the file is in memory: the image_base field knows."""
        return self.word(self.find("boot header image_base")) + offset

    def entry(self, pd, vaddr):
        """Offset of the level-3 entry that maps an address of a PD."""
        return self.find(f"{pd} page table of level 3, entry for", vaddr)

    def windows(self):
        """Offsets of the entries that map the kernel's windows, which image.h places."""
        with open(os.path.join(SDK, "board", self.board, self.config, "include", "kernel",
                               "image.h")) as file:
            found = re.findall(r"^#define KERNEL_VA_(\w+)[\s\\]+(0x\w+)ull", file.read(), re.M)
        return {name: self.find("kernel page table of level 3, entry for", int(vaddr, 16))
                for name, vaddr in found}

    def judge(self, changed, label):
        """None if the checker reports a changed image and names an owner, else why not."""
        offsets = [i for i in range(0, len(self.data), 64)
                   if changed[i:i + 64] != self.data[i:i + 64]]
        if not offsets and len(changed) == len(self.data):
            return None
        owners = {self.owner(j) for i in offsets for j in range(i, min(i + 64, len(changed)))
                  if changed[j:j + 1] != self.data[j:j + 1]}
        file = os.path.join(self.directory, f"{label}.img")
        with open(file, "wb") as out:
            out.write(changed)
        status, _, errors = self.check(file)
        os.remove(file)
        if status != 1:
            return f"exit status {status} for a change of {sorted(owners)}: {errors[-400:]}"
        named = {name for names in REPORT.findall(errors) for name in names.split(", also ")}
        # A prefilled region that nobody maps is known by its content only.
        lost = tuple(f"region {name} byte" for name in LOST.findall(errors))
        if owners and not owners & named and not any(o.startswith(lost) for o in owners):
            return f"changed {sorted(owners)}, reported: {errors[:1500]}"
        return None


def put(data, offset, value, size=8):
    """The data with a number written at an offset."""
    return data[:offset] + (value % 2**(8 * size)).to_bytes(size, "little") + data[offset + size:]


def tamper_at_random(image, choose):
    """Some change of the image, small more often than large."""
    data = bytearray(image.data)
    if choose.random() < 0.3:
        at = choose.randrange(len(data))
    else:
        start, end = choose.choice(image.owners)[:2]
        at = choose.randrange(start, min(end, len(data)))
    kind = choose.randrange(8)
    if kind < 4:
        data[at] ^= 1 << choose.randrange(8)
    elif kind == 4:
        data[at] = choose.randrange(256)
    elif kind == 5:
        data[at:at + 8] = choose.randbytes(min(8, len(data) - at))
    elif kind == 6:
        size = choose.choice((1, 8, 64, PAGE))
        source = choose.randrange(len(data) - size)
        size = min(size, len(data) - at)
        data[at:at + size] = data[source:source + size]
    else:
        size = min(choose.choice((8, 64, PAGE)), len(data) - at)
        data[at:at + size] = bytes(size)
    return bytes(data)


def random_cases(image, count, pool):
    choose = random.Random(SEED ^ len(image.data))
    changes = [tamper_at_random(image, choose) for _ in range(count)]
    whys = pool.map(lambda pair: image.judge(pair[1], f"random{pair[0]}"), enumerate(changes))
    bad = [(i, why) for i, why in enumerate(whys) if why]
    case(f"{image.name}: {count} random tamperings are reported by owner (seed {SEED})",
         f"{len(bad)} are not, the first, number {bad[0][0]}: {bad[0][1]}" if bad else None)


def page_table_cases(image):
    """Changes of what the PDs may see."""
    data = image.data
    code = image.entry("PD 'client'", 0x200000)
    stack = image.entry("PD 'client'", 0xffffffd000)
    shared = image.entry("PD 'client'", 0x1000000)
    reader = image.entry("PD 'server'", 0x1800000)
    uart = image.entry("PD 'driver'", 0x1000000)
    table = image.paddr(code) & ~(PAGE - 1)
    kernel = image.paddr(image.find("kernel page", 0x4000000000))
    caps = image.paddr(image.find("PD 'client' capability slot"))
    attributes = ~0x0000fffffffff000
    write, execute_never, page = 1 << 7, 1 << 54, 3
    yield "code made writable", put(data, code, image.word(code) | write)
    yield "stack made executable", put(data, stack, image.word(stack) & ~execute_never)
    yield "region made writable", put(data, reader, image.word(reader) | write)
    yield "device made cacheable", put(data, uart, image.word(uart) | 0xf << 2)
    yield "stack frame shifted up", put(data, stack, image.word(stack) + PAGE)
    yield "stack frame shifted down", put(data, stack, image.word(stack) - PAGE)
    yield "stack frame far away", put(data, stack, image.word(stack) + (64 << 20))
    yield "region frame shifted", put(data, shared, image.word(shared) + PAGE)
    yield "region frame for one PD only", put(data, reader, image.word(reader) + (1 << 24))
    for name, paddr in ("kernel code", kernel), ("a page table", table), ("capabilities", caps):
        yield f"{name} mapped as region", put(
            data, shared, image.word(shared) & attributes | paddr)
        yield f"{name} mapped as stack", put(
            data, stack, image.word(stack) & attributes | paddr)
    yield "the interrupt controller mapped", put(
        data, uart, image.word(uart) & attributes | 0x08000000)
    free = image.entry("PD 'client'", 0x1008000)
    yield "a page more", put(data, free, image.word(shared) + 6 * PAGE)
    yield "a device more", put(data, free, image.word(uart))
    yield "an invalid entry with content", put(data, free, 0x1000)
    yield "a page less", put(data, shared, 0)
    two = image.find("PD 'client' page table of level 2, entry for", 0x200000)
    yield "a block in place of a table", put(data, two, image.word(two) & ~2)
    yield "a table of another PD", put(data, two, image.word(
        image.find("PD 'server' page table of level 2, entry for", 0x200000)))
    yield "a table that contains itself", put(
        data, two, image.paddr(two) & ~(PAGE - 1) | page)
    one = image.find("PD 'client' page table of level 1, entry for", 0x40000000)
    yield "a block of 1 GiB", put(data, one, 0x40000000 | 0x7fd)
    yield "a table beyond the file", put(data, one, (1 << 47) | page)


def kernel_cases(image):
    """Changes of the kernel, its address space and the loader's list."""
    data = image.data
    code = image.find("kernel page", 0x4000000000)
    entry = image.find("kernel page table of level 3, entry for", 0x4000000000)
    windows = image.windows()
    pds = windows["PDS"]
    data_page = max(first + end - start - PAGE for start, end, _, first, _, name in image.owners
                    if name == "kernel page")
    written = image.find("kernel page table of level 3, entry for", data_page)
    zero = image.find("boot header zero range", 0)
    num_zero = image.find("boot header num_zero")
    yield "a kernel instruction", put(data, code + 64, 0xd503201f, 4)
    yield "kernel code made writable", put(data, entry, image.word(entry) & ~(1 << 7))
    yield "kernel data made executable", put(data, written, image.word(written) & ~(1 << 54))
    for window, at in windows.items():
        yield f"window {window} shifted up", put(data, at, image.word(at) + PAGE)
        yield f"window {window} shifted down", put(data, at, image.word(at) - PAGE)
        if image.word(at):  # the kernel has no UART but in debug
            yield f"window {window} empty", put(data, at, 0)
    yield "kernel tables made writable", put(data, pds, image.word(pds) & ~(1 << 7))
    yield "a zero range shortened", put(data, zero + 8, image.word(zero + 8) - PAGE)
    yield "a zero range shortened little", put(data, zero + 8, image.word(zero + 8) - 64)
    yield "a zero range extended", put(data, zero + 8, image.word(zero + 8) + PAGE)
    yield "a zero range moved", put(data, zero, image.word(zero) + PAGE)
    yield "a zero range dropped", put(data, num_zero, image.word(num_zero) - 1, 4)
    yield "an empty zero range", put(data, num_zero, image.word(num_zero) + 1, 4)
    yield "zero ranges without end", put(data, num_zero, 2**32 - 1, 4)
    for field in "boot_root", "kernel_root", "kernel_entry", "image_bytes", "image_base":
        at = image.find(f"boot header {field}")
        yield f"{field} changed", put(data, at, image.word(at) + PAGE)
        yield f"{field} made 0", put(data, at, 0)
    at = image.find("boot header boot_root")
    yield "both roots the same", put(data, at, image.word(image.find("boot header kernel_root")))
    yield "image_size changed", put(data, 16, image.word(16) + PAGE)
    yield "text_offset changed", put(data, 8, 0x80000)
    yield "file too short by a byte", data[:-1]
    yield "file too short by half", data[:len(data) // 2]
    yield "only a loader", data[:PAGE]
    yield "an empty file", b""
    yield "file too long by a byte", data + b"\0"
    yield "file too long by a page", data + bytes(PAGE)


def table_cases(image):
    """Changes of the kernel's tables and the start areas."""
    data = image.data
    slots = image.find("PD 'client' capability slot")

    def cap(slot, kind, target=0, number=0, bit=0, irq=0):
        at = slots + slot * CAP.size
        return data[:at] + CAP.pack(kind, target, number, bit, irq, 0) + data[at + CAP.size:]

    yield "an extra notification", cap(7, CAP_NOTIFY, 0, 3)
    yield "an extra call", cap(64 + 7, CAP_CALL, 1, 9, 63)
    yield "an extra interrupt", cap(128 + 7, CAP_IRQ, irq=33)
    yield "an extra child", cap(192 + 7, CAP_CONTROL, 0)
    yield "an extra vCPU", cap(192 + 8, CAP_VCPU, 0)
    yield "an extra user capability", cap(256 + 7, CAP_CONTROL, 0)
    yield "extra SMC", cap(384, CAP_SMC)
    yield "a capability in a nameless slot", cap(500, CAP_NOTIFY, 0)
    yield "a capability that is none", cap(9, 200)
    yield "a capability less", cap(64, 0)
    vttbrs = [image.find(f"PD '{pd}' vttbr") for pd in ("client", "server")]
    vmids = [data[at + 6] for at in vttbrs]
    yield "VMIDs swapped", put(put(data, vttbrs[0] + 6, vmids[1], 1), vttbrs[1] + 6, vmids[0], 1)
    yield "the same VMID twice", put(data, vttbrs[0] + 6, vmids[1], 1)
    yield "VMID 0", put(data, vttbrs[0] + 6, 0, 1)
    yield "roots swapped", put(
        put(data, vttbrs[0], image.word(vttbrs[1])), vttbrs[1], image.word(vttbrs[0]))
    callers = image.find("PD 'server' callers")
    first, second = data[callers:callers + 2], data[callers + 2:callers + 4]
    swapped = data[:callers] + second + first + data[callers + 4:]
    yield "callers swapped", swapped
    bits = [image.find(f"PD '{pd}' capability slot") + (64 + i) * CAP.size + 3
            for pd, i in (("client", 0), ("child_b", 61))]
    yield "callers swapped, bits too", put(put(swapped, bits[0], 62, 1), bits[1], 63, 1)
    yield "a caller twice", data[:callers + 2] + first + data[callers + 4:]
    children = image.find("PD 'parent' children")
    yield "children swapped", (data[:children] + data[children + 2:children + 4] +
                               data[children:children + 2] + data[children + 4:])
    for field, size, value in (
            ("budget", 8, 18749), ("budget", 8, 0), ("period", 8, 1), ("priority", 1, 254),
            ("core", 1, 1), ("domain", 1, 1), ("flags", 1, 0xff), ("flags", 1, 0),
            ("profile", 1, 7), ("parent", 1, 0), ("fault_bit", 1, 5), ("level_first", 1, 0),
            ("level_last", 1, 6), ("num_irqs", 1, 63), ("num_smc", 1, 255), ("entry", 8, 0),
            ("start", 8, 0x200000), ("start", 8, 2**64 - 1), ("vttbr", 8, 0)):
        yield f"{field} made {value}", put(
            data, image.find(f"PD 'client' {field}"), value, size)
    budget, period, flags = (image.find(f"PD 'server' {field}")
                             for field in ("budget", "period", "flags"))
    ends = put(put(data, budget, 62500, 8), period, 62500, 8)
    yield "a slice of nobody's level that ends", ends
    yield "one that ends, and says so", put(ends, flags, data[flags] & ~0x40, 1)
    yield "one that says that it ends", put(data, flags, data[flags] & ~0x40, 1)


def other_cases(image):
    """Changes of the other tables, the start areas and prefilled regions."""
    data = image.data
    timer = image.find("interrupt number", 33)
    yield "an interrupt given away", put(data, timer, data[timer] + 1, 1)
    yield "an interrupt's trigger", put(data, timer + 2, 1, 1)
    yield "number of PDs", put(data, image.find("system header num_pds"), 200, 4)
    yield "number of interrupts", put(data, image.find("system header num_irqs"), 2**32 - 1, 4)
    copy = image.find("PD 'client' pristine copy for", image.value_a & ~15) + image.value_a % 16
    yield "a variable that the system file sets", put(data, copy, image.word(copy) + PAGE)
    table = image.find("PD 'client' start table entry", 0)
    yield "a start entry's destination", put(data, table, 0x1000000)
    yield "a start entry's source", put(data, table + 8, image.word(table + 8) + 16)
    yield "a start entry that copies less", put(data, table + 16, image.word(table + 16) - 16)
    yield "a start entry that copies all", put(data, table + 16, 2**64 - 16)
    yield "a start entry that zeroes less", put(data, table + 24, image.word(table + 24) - 16)
    number = image.find("PD 'client' start table num_entries")
    yield "a start entry less", put(data, number, image.word(number) - 1)
    yield "a start entry more", put(data, number, image.word(number) + 1)
    yield "start entries without end", put(data, number, 2**63)
    yield "start stub", put(data, image.find("start stub"), 0xd4000001, 4)
    prefill = image.find("region 'file' byte", 0)
    yield "a prefilled byte", put(data, prefill + 1000, data[prefill + 1000] ^ 1, 1)
    yield "behind the prefilled bytes", put(data, prefill + 5001, 1, 1)


def reading_cases(image):
    """The image under system files that are not its own."""
    for name, old, new in systems.READINGS:
        text = systems.EVERYTHING.replace(old, new)
        other = os.path.join(image.directory, "other.system")
        with open(other, "w") as file:
            file.write(text)
        status, _, errors = image.check(image.file, other)
        why = None
        if text == systems.EVERYTHING:
            why = "the replacement changes nothing"
        elif status != 1:
            why = f"exit status {status}: {errors[-400:]}"
        case(f"{image.name}: refused with {name}", why)


def program_case(image):
    """A program that was built anew since."""
    directory = os.path.join(image.directory, "programs")
    shutil.copytree(image.programs, directory)
    file = os.path.join(directory, "pd.elf")
    with open(file, "rb") as source:
        elf = source.read()
    at = struct.unpack_from("<Q", elf, struct.unpack_from("<Q", elf, 32)[0] + 8)[0]
    with open(file, "wb") as out:
        out.write(elf[:at] + bytes([elf[at] ^ 1]) + elf[at + 1:])
    image.programs, kept = directory, image.programs
    status, _, errors = image.check(image.file)
    image.programs = kept
    named = any("program page" in owner for owner in REPORT.findall(errors))
    case(f"{image.name}: refused with another program",
         None if status == 1 and named else f"exit status {status}: {errors[-400:]}")


def mutate(data, choose):
    """The data with a few bytes changed, lost or doubled, mostly near its beginning."""
    data = bytearray(data)
    for _ in range(choose.randrange(1, 5)):
        at = choose.randrange(choose.choice((64, 512, len(data))) % len(data) + 1) % len(data)
        kind = choose.randrange(4)
        if kind == 0:
            data[at] = choose.randrange(256)
        elif kind == 1:
            data[at:at + 8] = choose.choice((0, 1, 2**63, 2**64 - 1)).to_bytes(8, "little")
        elif kind == 2:
            del data[at:at + choose.randrange(1, 64)]
        else:
            data[at:at] = data[at:at + choose.randrange(1, 64)]
    return bytes(data)


def input_cases(image, count):
    """Broken system files and programs: an answer, never a crash."""
    choose = random.Random(SEED)
    directory = os.path.join(image.directory, "broken")
    shutil.copytree(image.programs, directory)
    kept, bad = image.programs, []
    with open(os.path.join(kept, "odd.elf"), "rb") as file:
        elf = file.read()
    for i in range(count):
        system = os.path.join(image.directory, "broken.system")
        with open(system, "wb") as file:
            file.write(mutate(systems.EVERYTHING.encode(), choose))
        with open(os.path.join(directory, "odd.elf"), "wb") as file:
            file.write(mutate(elf, choose))
        for name, programs, file in ("system", kept, system), ("program", directory, image.system):
            image.programs = programs
            status, _, errors = image.check(image.file, file)
            if status not in (0, 1):
                bad.append(f"{name} {i}: exit status {status}: {errors[:600]}")
    image.programs = kept
    case(f"{image.name}: {count} broken system files and programs get an answer (seed {SEED})",
         bad[0] if bad else None)


def symbol(file, name):
    """The address of a symbol, by its entry in the ELF file's symbol table."""
    with open(file, "rb") as source:
        elf = source.read()
    offset, = struct.unpack_from("<Q", elf, 40)
    size, number = struct.unpack_from("<HH", elf, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", elf, offset + i * size) for i in range(number)]
    for section in sections:
        if section[1] != 2:
            continue
        strings = sections[section[6]][4]
        for at in range(section[4], section[4] + section[5], 24):
            text, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", elf, at)
            if elf[strings + text:elf.index(b"\0", strings + text)] == name.encode():
                return value
    raise KeyError(name)


def check_system(image, count, pool):
    """All cases of one system."""
    if image.error is not None:
        case(f"{image.name}: is built", image.error[-800:])
        return
    status, errors = image.read_owners()
    case(f"{image.name}: the clean image passes",
         None if status == 0 and not errors else f"exit status {status}: {errors[:1500]}")
    if status != 0:
        return
    holes = sum(end - start for start, end, *_ in image.owners)
    case(f"{image.name}: every owner is in the file once",
         None if 0 < holes <= len(image.data) else f"{holes} of {len(image.data)} bytes")
    if image.name == "everything":
        image.value_a = symbol(os.path.join(image.programs, "pd.elf"), "value_a")
        changes = [*page_table_cases(image), *kernel_cases(image), *table_cases(image),
                   *other_cases(image)]
        whys = pool.map(lambda pair: image.judge(pair[1][1], f"chosen{pair[0]}"),
                        enumerate(changes))
        for (name, changed), why in zip(changes, whys):
            if changed == image.data:
                why = "the change changes nothing"
            case(f"{image.name}: {name}", why)
        reading_cases(image)
        program_case(image)
        input_cases(image, count // 3)
    random_cases(image, count, pool)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=150)
    count = parser.parse_args().count
    boards = os.environ.get("BOARDS", "qemu_virt_aarch64").split()
    configs = os.environ.get("CONFIGS", "debug").split()
    plan = [("everything", systems.EVERYTHING), ("domains", systems.DOMAINS),
            ("crowd", systems.crowd(40))]
    with tempfile.TemporaryDirectory() as directory, \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        for i, (name, text) in enumerate(plan):
            board, config = boards[i % len(boards)], configs[i % len(configs)]
            image = Image(name, board, config, text, directory)
            check_system(image, count if name != "crowd" else count // 3, pool)
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
