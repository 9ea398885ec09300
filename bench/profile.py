# SPDX-License-Identifier: BSD-2-Clause
"""Where the instructions of a benchmark row go: the trace of one steady-state round.

    make bench-profile && python3 bench/profile.py ROW [--brief]

prints every instruction that the processor executes in one round of the row, in
order, with its function and the source line it comes from (innermost inlined
function), then how many each function and each inlined function accounts for.
`boot` prints the counts only. QEMU executes one instruction at a time here
(-singlestep) and logs each (-d exec); the trace costs no instruction.
"""

import argparse
import bisect
import collections
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
import qemu  # noqa: E402

BOARD = "qemu_virt_aarch64"
# row: system, ELF of the client, function that holds its loop, ELF of the other side
ROWS = {
    "ppc_passive": ("ppc_passive", "call", "call_0w", "server"),
    "ppc_passive_4w": ("ppc_passive", "call", "call_4w", "server"),
    "ppc_64w": ("ppc_passive", "call", "call_64w", "server"),
    "ppc_active": ("ppc_active", "call", "call_0w", "server"),
    "ppc_fpu": ("ppc_fpu", "fpu_call", "call_fpu", "fpu_server"),
    "notify_wake": ("notify_wake", "notify", "notify", "server"),
    "notify": ("notify", "notify", "notify", "server"),
    "irq": ("irq", "irq", "notified", "spinner"),
    "boot": ("boot", "boot", "bench_print", "server"),
}
ROUND = 4  # which round of the loop is shown: the first ones are not steady
START_AREA = 0xff00000000  # above: the start stub, which has no fixed address


class Elf:
    """Symbols, disassembly and source lines of one program."""

    def __init__(self, path, name, offset=0):
        self.path, self.name, self.offset = path, name, offset
        self.text = {}     # address: disassembled instruction
        self.functions = []  # (address, name), sorted
        for line in run("llvm-objdump-14", "-d", "--no-show-raw-insn", path):
            if match := re.match(r"([0-9a-f]+) <(.+)>:$", line):
                self.functions.append((int(match[1], 16) + offset, match[2]))
            elif match := re.match(r"\s*([0-9a-f]+):\s+(.*)$", line):
                self.text[int(match[1], 16) + offset] = re.sub(r"\s+", " ", match[2])
        self.functions.sort()

    def symbol(self, pc):
        at = bisect.bisect_right(self.functions, (pc, "\uffff")) - 1
        return self.functions[at][1] if at >= 0 else "?"

    def lines(self, pcs):
        """{pc: "innermost function file:line"} by one call of the symboliser."""
        pcs = sorted(pcs)
        output = run("llvm-symbolizer-14", "--functions=short", "--inlines",
                     f"--obj={self.path}", *[hex(pc - self.offset) for pc in pcs])
        blocks = "\n".join(output).split("\n\n")
        found = {}
        for pc, block in zip(pcs, blocks):
            rows = block.split("\n")
            where = pathlib.Path(rows[1]).name if len(rows) > 1 else "?"
            found[pc] = (rows[0], re.sub(r":\d+$", "", where))
        return found


def run(*words):
    result = subprocess.run([str(w) for w in words], check=True, capture_output=True,
                            text=True)
    return result.stdout.splitlines()


def trace(image, everything):
    """The addresses that were executed, in order."""
    log = image.with_suffix(".trace")
    options = ["-singlestep", "-d", "exec,nochain", "-D", str(log)]
    if not everything:
        options += ["-dfilter", "0x4000000000+0x1000000,0x200000+0x400000"]
    match, output = qemu.run(BOARD, image, "^end$", options=options)
    if not match:
        sys.exit(f"profile: the system does not come to its end:\n{output}")
    pattern = re.compile(r"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
    with open(log, encoding="ascii") as f:
        pcs = [int(m[1], 16) for line in f if (m := pattern.match(line))]
    log.unlink()
    # QEMU logs an access to a device twice: it starts such an instruction anew.
    return [pc for i, pc in enumerate(pcs) if i == 0 or pc != pcs[i - 1]]


def one_round(pcs, client, function):
    """From one system call of the row's loop to the same of the next round."""
    calls = [i for i, pc in enumerate(pcs)
             if client.symbol(pc) == function and client.text.get(pc, "").startswith("svc")]
    if len(calls) <= ROUND + 1:
        sys.exit(f"profile: {function} makes {len(calls)} system calls only")
    return pcs[calls[ROUND]:calls[ROUND + 1]]


def one_interrupt(pcs, client, other):
    """From the first instruction after the interrupted PD's to notified()."""
    notified = next(a for a, n in client.functions if n == "notified")
    ends = [i for i, pc in enumerate(pcs) if pc == notified]
    end = ends[ROUND]
    start = max(i for i in range(end) if pcs[i] in other.text) + 1
    return pcs[start:end]


def whole_boot(pcs, client, function):
    return pcs[:next(i for i, pc in enumerate(pcs) if client.symbol(pc) == function
                     and pc in client.text)]


def print_counts(title, counts):
    print(f"\n{title}")
    for name, count in counts.most_common():
        print(f"{count:8} {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("row", choices=ROWS)
    parser.add_argument("--brief", action="store_true", help="the counts only")
    arguments = parser.parse_args()
    system, client_name, function, other_name = ROWS[arguments.row]
    out = qemu.B / "bench/profile"
    sdk = qemu.SDK / "board" / BOARD / "release"
    client = Elf(out / f"{client_name}.elf", "client")
    elves = [Elf(sdk / "elf/kernel.elf", "kernel"), client,
             Elf(out / f"{other_name}.elf", "other"),
             Elf(sdk / "elf/loader.elf", "loader",
                 int(qemu.board(BOARD)["image_base"], 0))]
    pcs = trace(out / f"{system}.img", arguments.row == "boot")
    if arguments.row == "boot":
        pcs = whole_boot(pcs, client, function)
    elif arguments.row == "irq":
        pcs = one_interrupt(pcs, client, elves[2])
    else:
        pcs = one_round(pcs, client, function)
    show(pcs, elves, arguments.brief or arguments.row == "boot")


def show(pcs, elves, brief):
    owner = {pc: next((e for e in elves if pc in e.text), None) for pc in set(pcs)}
    lines = {}
    for elf in elves:
        mine = {pc for pc in owner if owner[pc] is elf}
        if mine:
            lines.update(elf.lines(mine))
    programs, symbols, inlined = (collections.Counter() for _ in range(3))
    for pc in pcs:
        elf = owner[pc]
        name = elf.name if elf else "start stub" if pc >= START_AREA else "before the loader"
        symbol = f"{name}: {elf.symbol(pc)}" if elf else name
        inner, where = lines.get(pc, ("?", "?"))
        programs[name] += 1
        symbols[symbol] += 1
        inlined[f"{name}: {inner}"] += 1
        if not brief:
            text = elf.text[pc] if elf else "?"
            print(f"{pc:12x} {symbol:36.36} {text:40.40} {inner} {where}")
    print_counts("instructions by program", programs)
    print_counts("by function", symbols)
    print_counts("by inlined function", inlined)
    print(f"\n{len(pcs)} instructions")


if __name__ == "__main__":
    main()
