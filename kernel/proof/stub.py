# SPDX-License-Identifier: BSD-2-Clause
"""Follow the instructions of a built kernel between it and user mode, and say what is wrong.

wrong(text) reads llvm-objdump's listing. Each way is run on symbols: a register holds "x5"
(what the PD had in it), "f40" (what was in byte 40 of the frame), "zero", or anything.
An instruction that is not known here is an error.

    python3 kernel/proof/stub.py KERNEL.ELF...
"""

import pathlib
import re
import subprocess
import sys

SP, PC, SPSR, FULL, SCRATCH = 248, 256, 264, 272, 320  # arch/frame.h
VECTORS = {"synchronous": 0x400, "IRQ": 0x480, "FIQ": 0x500, "SError": 0x580}
SYSTEM = {"SP_EL0": "pd sp", "ELR_EL2": "pd pc", "SPSR_EL2": "pd spsr", "TPIDR_EL2": "stack",
          "ESR_EL2": "esr", "FAR_EL2": "far"}
NAMES = {SP: "SP_EL0", PC: "ELR_EL2", SPSR: "SPSR_EL2"}
FPU_REGISTER = re.compile(r"\b[vqdshb]\d+\b|FPCR|FPSR")
STEPS = 200
FRAME_H = pathlib.Path(__file__).parent.parent / "arch/aarch64/include/arch/frame.h"
CALLS = re.search(r"FRAME_SYS_COUNT (\d+)", FRAME_H.read_text())[1]
# Whether it is a system call from AArch64, and of a number below their count.
ASKED = [("mrs", ["x16", "ESR_EL2"]), ("mov", ["w17", f"#{0x56000000}"]),
         ("sub", ["w16", "w16", "w17"]), ("cmp", ["w16", f"#{CALLS}"])]


class Wrong(Exception):
    """What is wrong, in a sentence."""


def listing(text):
    """({address: (operation, operands)}, {label: address})"""
    code, labels = {}, {}
    for line in text.split("\n"):
        found = re.match(r"([0-9a-f]+) <(.+)>:$", line)
        if found:
            labels[found[2]] = int(found[1], 16)
        found = re.match(r"([0-9a-f]+):\s+(\S+)\s*([^<]*)", line)
        if found:
            code[int(found[1], 16)] = found[2], re.split(r",\s*(?![^\[]*\])", found[3].strip())
    return code, labels


class Way:
    """One way through the instructions."""

    def __init__(self, code, at, registers):
        self.code, self.at = code, at
        self.x = dict(registers, xzr="zero")
        self.system = dict(SYSTEM)
        self.frame = {}  # byte: what was stored

    def place(self, operand):
        """The byte of the frame that a memory operand means."""
        found = re.fullmatch(r"\[(\w+)(?:, #(\d+))?\]", operand)
        if not found or self.x.get(found[1]) != "frame":
            raise Wrong(f"{self.at:x}: an access that is not to the PD's frame: {operand}")
        return int(found[2] or 0)

    def load(self, byte):
        return self.frame.get(byte, f"f{byte}")

    def step(self):
        """Run one instruction that goes on to the next."""
        operation, operands = self.code[self.at]
        self.at += 4
        if operation in ("stp", "str"):
            *sources, operand = operands
            for i, source in enumerate(sources):
                self.frame[self.place(operand) + 8 * i] = self.x[source]
        elif operation in ("ldp", "ldr"):
            *targets, operand = operands
            byte = self.place(operand)
            for i, value in enumerate([self.load(byte + 8 * i) for i in range(len(targets))]):
                self.x[targets[i]] = value
        elif operation == "mrs":
            self.x[operands[0]] = self.system[operands[1]]
        elif operation == "msr":
            self.system[operands[0]] = self.x[operands[1]]
        elif operation == "mov" and operands[1][0] == "#":
            self.x[operands[0].replace("w", "x")] = operands[1]
        elif operation == "mov":
            self.x[operands[0]] = self.x[operands[1]]
        elif operation in ("sub", "adrp"):
            self.x[operands[0].replace("w", "x")] = "anything"
        elif operation not in ("nop", "cmp"):
            raise Wrong(f"{self.at - 4:x}: {operation} {', '.join(operands)} is not known here")

    def until(self, *ends):
        """Run up to an instruction of one of these kinds; follow plain branches."""
        for _ in range(STEPS):
            if self.at not in self.code:
                raise Wrong(f"{self.at:x}: no instruction is there")
            operation, operands = self.code[self.at]
            if operation in ends:
                return operation, operands
            if operation == "b":
                self.at = int(operands[0], 16)
            else:
                self.step()
        raise Wrong(f"{self.at:x}: it does not come to an end")


def must(what, is_now, wanted):
    if is_now != wanted:
        raise Wrong(f"{what} has {is_now}, and not {wanted}")


def leave(way, full):
    """A way to the exception return: what user mode sees, what the frame says then."""
    way.until("eret")
    end = f"{'full' if full else 'short'} exit"
    for n in range(31):
        must(f"{end}: x{n}", way.x.get(f"x{n}"), f"f{8 * n}")
    must(f"{end}: the frame's address in SP_EL2", way.x.get("sp"), "frame")
    for byte, name in NAMES.items():
        zero = byte == SPSR and not full
        must(f"{end}: {name}", way.system[name], "zero" if zero else f"f{byte}")
    cleared = {FULL, *range(16, 152, 8)} if full else set()
    for byte in sorted(cleared | set(way.frame)):
        must(f"{end}: byte {byte} of the frame", way.frame.get(byte, "what it had"),
             "zero" if byte in cleared else "what it had")


def leaves(code, labels):
    """All ways from resume, where x0 is the frame and all else is anything."""
    registers = {f"x{n}": "anything" for n in range(31)} | {"sp": "the stack", "x0": "frame"}
    start = Way(code, labels["resume"], registers)
    operation, operands = start.until("cbnz", "tbz", "cbz", "tbnz", "eret", "bl")
    if operation != "cbnz" or start.x.get(operands[0]) != f"f{FULL}":
        raise Wrong("resume does not begin by asking whether the frame is full")
    short = Way(code, start.at + 4, start.x)
    leave(short, False)
    rest = Way(code, int(operands[1], 16), start.x)
    operation, operands = rest.until("tbz", "eret", "bl", "cbz", "cbnz", "tbnz")
    if operation != "tbz" or operands[:2] != ["w1", "#0"] or rest.x["x1"] != f"f{FULL}":
        raise Wrong("a frame that is not short is not asked whether it is the idle one")
    leave(Way(code, rest.at + 4, rest.x), True)
    idle = Way(code, int(operands[2], 16), rest.x)
    operation, _ = idle.until("bl", "eret")
    must("idle: what comes first", operation, "bl")
    idle.at += 4
    must("idle: where it goes on", idle.code[idle.at], ("b", [hex(labels["resume"])]))


def saved(way, name, numbers, full):
    """What an entry has stored in the frame."""
    wanted = {8 * n: f"x{n}" for n in numbers} | {SP: "pd sp", PC: "pd pc"}
    wanted |= {SCRATCH: "x16", SCRATCH + 8: "x17"}
    if full:
        wanted |= {SPSR: "pd spsr", FULL: "#1"}
    for byte in sorted(set(wanted) | set(way.frame)):
        must(f"{name}: byte {byte} of the frame", way.frame.get(byte, "what it had"),
             wanted.get(byte, "what it had"))
    must(f"{name}: SP_EL2", way.x["sp"], "stack")


def enters(code, labels):
    """All ways from an exception of user mode to the first C function."""
    registers = {f"x{n}": f"x{n}" for n in range(31)} | {"sp": "frame"}
    for name, offset in VECTORS.items():
        way = Way(code, labels["vectors"] + offset, registers)
        if name == "synchronous":
            first = [code[way.at + 4 + 4 * i] for i in range(len(ASKED))]
            must("synchronous: what is asked first", first, ASKED)
            _, operands = way.until("b.hs")
            call = Way(code, way.at + 4, way.x)
            call.frame = dict(way.frame)
            # The table's entry is the one load that is not of the frame.
            while code[call.at][0] != "adrp":
                call.step()
            saved(call, "system call", range(19, 31), False)
            must("system call: the function's address", code[call.at + 4],
                 ("ldr", ["x16", "[x17, w16, uxtw #3]"]))
            call.at += 8
            must("system call: what is called", code[call.at], ("blr", ["x16"]))
            call.at += 4
            must("system call: where it returns", code[call.at],
                 ("b", [hex(labels["resume"])]))
            for n in (0, 1, 2, 3, 4, 5):
                must(f"system call: argument x{n}", call.x[f"x{n}"], f"x{n}")
            way.at = int(operands[0], 16)
        way.until("bl")
        saved(way, name, range(31), True)
        if name in ("synchronous", "SError"):
            must(f"{name}: the arguments", [way.x["x0"], way.x["x1"]], ["esr", "far"])
        after = way.at + 4
        if after != labels["resume"]:
            must(f"{name}: where it goes on", code[after], ("b", [hex(labels["resume"])]))


def floating(code, labels):
    """Only fpu_save and fpu_load touch floating point; they do all of it."""
    where = {"fpu_save": "stp", "fpu_load": "ldp"}
    allowed = set()
    for label, operation in where.items():
        at, found, other = labels[label], [], []
        while code[at][0] != "ret":
            allowed.add(at)
            (found if code[at][0] == operation and code[at][1][0][0] == "q" else other).append(
                code[at])
            at += 4
        wanted = [(operation, [f"q{n}", f"q{n + 1}", f"[x0, #{16 * n}]" if n else "[x0]"])
                  for n in range(0, 32, 2)]
        must(f"{label}: the pairs", sorted(found), sorted(wanted))
        tail = [("add", ["x0", "x0", "#512"])]
        if label == "fpu_save":
            tail = [("mrs", ["x1", "FPCR"]), ("mrs", ["x2", "FPSR"]), *tail,
                    ("stp", ["x1", "x2", "[x0]"])]
        else:
            tail += [("ldp", ["x1", "x2", "[x0]"]), ("msr", ["FPCR", "x1"]),
                     ("msr", ["FPSR", "x2"])]
        must(f"{label}: the rest", other, tail)
    for at, (operation, operands) in code.items():
        if at not in allowed and FPU_REGISTER.search(" ".join(operands)) and operation[0] != ".":
            raise Wrong(f"{at:x}: floating point outside fpu_save and fpu_load: "
                        f"{operation} {', '.join(operands)}")


def disassembled(elf):
    return subprocess.run(["llvm-objdump-14", "-d", "--no-show-raw-insn", str(elf)], text=True,
                          capture_output=True, check=True).stdout


def wrong(text):
    """What is wrong with a listing, "" if nothing is."""
    code, labels = listing(text)
    try:
        for part in (enters, leaves, floating):
            part(code, labels)
    except Wrong as found:
        return str(found)
    except KeyError as missing:
        return f"there is no {missing}"
    return ""


def left_out(text):
    """The listings that lack one instruction each of the ways, and which."""
    code, labels = listing(text)
    low, high = labels["vectors"] + 0x400, labels["vectors"] + 0x400 + 4 * 21
    ways = {"entry_fault", "entry_irq", "resume", "resume_full", "idle", "fpu_save", "fpu_load"}
    lines, label = text.split("\n"), ""
    for number, line in enumerate(lines):
        found = re.match(r"([0-9a-f]+)(?: <(.+)>)?:", line)
        if found and found[2]:
            label = found[2]
        elif found and int(found[1], 16) in code and (
                label in ways or low <= int(found[1], 16) < high):
            nothing = re.sub(r"(:\s+).*", r"\1nop", line)
            yield line, "\n".join([*lines[:number], nothing, *lines[number + 1:]])


def main(files):
    for elf in files:
        print(f"{elf}: {wrong(disassembled(elf)) or 'nothing is wrong'}")


if __name__ == "__main__":
    main(sys.argv[1:])
