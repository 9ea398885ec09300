# SPDX-License-Identifier: BSD-2-Clause
"""Arm's memory model on the queue's compiled code.

order.c is compiled for the target. From the instructions of two of its functions a litmus
test is made: their accesses to shared memory and their barriers, in the order in which
the compiler has put them. Dependencies between registers, which order more, are left out.
herd7 then says whether an outcome that must never be can be.
"""

import re
import shutil

import prove

HERE = prove.ROOT / "devices/lib/proof"
COMPILE = ("clang-14 --target=aarch64-none-elf -mcpu=cortex-a53 -std=c11 -ffreestanding "
           "-fno-pic -O2 -mgeneral-regs-only -mllvm -inline-threshold=100000 -D_Thread_local= "
           "-I. -S -o order.s order.c").split()
LIBRARY = prove.B / "third_party/herdtools/root/usr/share/herdtools7/herd"

# Shared memory: symbol and offset -> name, and the register that holds its address.
PLACES = {("shared", 0): "pword", ("shared", 8): "pwake", ("shared", 64): "cword",
          ("shared", 72): "cwake", ("slot", 0): "slot"}
ADDRESS = {name: f"X{20 + n}" for n, name in enumerate(PLACES.values())}

# The accesses of a function's usual path, in whatever order: R reads, W writes.
PATHS = {
    "put": {"R cword", "W slot", "W pword"},
    "take": {"R pword", "R slot", "W cword"},
    "producer_round": {"W pword", "W pwake", "R cwake", "R cword"},
    "consumer_round": {"W cword", "W cwake", "R pwake", "R pword"},
    "producer_start": {"R pword", "R cword", "W pwake", "W pword"},
    "consumer_answer": {"R pword", "R pwake"},
}

# name: the two functions, and what must never be. All is 0 at first, what is written is 1.
TESTS = {
    "passing": ("put", "take", "1:pword=1 1:slot=0"),
    "reuse": ("put", "take", "0:cword=1 1:slot=1"),
    "signal-consumer": ("producer_round", "consumer_round", "0:cwake=0 1:pword=0"),
    "signal-producer": ("producer_round", "consumer_round", "1:pwake=0 0:cword=0"),
    "start": ("producer_start", "consumer_answer", "1:pword=1 1:pwake=0"),
}

RELEASE = ("shared.h", "__atomic_store_n(word, value, __ATOMIC_RELEASE)",
           "__atomic_store_n(word, value, __ATOMIC_RELAXED)")
ACQUIRE = ("shared.h", "__atomic_load_n(word, __ATOMIC_ACQUIRE)",
           "__atomic_load_n(word, __ATOMIC_RELAXED)")
LOADS_ONLY = ("shared.h", "__ATOMIC_SEQ_CST", "__ATOMIC_ACQUIRE")
NO_FENCE = ("signal.h", "\tshared_fence();\n", "")
LATE_FENCE = ("signal.h", "\t\tif (links[i].awaited && queue_moved(links[i].queue))\n",
              "\t\tif (i == 0)\n\t\t\tshared_fence();\n"
              "\t\tif (links[i].awaited && queue_moved(links[i].queue))\n")
PUBLISH = "shared_store_release(&q->own->word, q->session << 32 | q->index);"
LATE_ASK = ("queue.c", "queue_ask(q);\n\t" + PUBLISH, PUBLISH + "\n\tqueue_ask(q);")
# the test that must refute it, the mutant: one or more edits
MUTANTS = [
    ("passing", [RELEASE]), ("passing", [ACQUIRE]), ("reuse", [RELEASE]), ("reuse", [ACQUIRE]),
    ("signal-consumer", [LOADS_ONLY]), ("signal-consumer", [NO_FENCE]),
    ("signal-consumer", [NO_FENCE, LATE_FENCE]),
    ("signal-producer", [LOADS_ONLY]), ("signal-producer", [NO_FENCE]),
    ("start", [RELEASE]), ("start", [ACQUIRE]), ("start", [LATE_ASK]),
]


def functions(assembly):
    """name -> its lines: labels and instructions."""
    found, name = {}, None
    for line in assembly.split("\n"):
        line = line.split("//")[0].strip()
        label = re.fullmatch(r"(\w+):", line)
        if label:
            name = found.setdefault(label.group(1), [])
        elif name is not None and line and (not line.startswith(".") or line.endswith(":")):
            name.append(line)
    return found


def paths(lines, at=0, seen=()):
    """Every path from a line on that passes each place twice at the most: instructions."""
    path = []
    while at < len(lines):
        line = lines[at]
        if line.endswith(":"):
            if seen.count(line) == 2:
                return
            seen += (line,)
        word, _, rest = line.partition("\t")
        if word == "ret":
            break
        target = rest.split(",")[-1].strip() + ":"
        if word == "b" and target not in lines:
            break  # ends with a call
        if word == "b":
            at = lines.index(target)
            continue
        if word.startswith(("b.", "cb", "tb")):
            for rest_of in paths(lines, lines.index(target), seen):
                yield path + rest_of
        path.append(line)
        at += 1
    yield path


def place(operand, known):
    """Symbol and offset of an address operand; None if it is private."""
    base, _, offset = operand.partition(", ")
    if base in ("sp", "x29"):
        return None
    if base not in known:
        raise LookupError(f"order.c: what does {base} point to in [{operand}]?")
    symbol, start = known[base]
    low = re.fullmatch(r":lo12:(\w+)(\+\d+)?", offset)
    return symbol, start if low else start + int(offset.strip("#") or 0)


def accesses(path):
    """The accesses and barriers on a path: (mnemonic, R or W or F, name of the place)."""
    known, found = {}, []
    for line in path:
        word, _, rest = line.partition("\t")
        access = re.fullmatch(r"(.*?), \[(.*)\]!?(, #-?\d+)?", rest)
        target = re.match(r"[xw](\d+)", rest)
        if word == "dmb":
            found.append((f"DMB {rest.upper()}", "F", ""))
        elif access and word[:2] in ("ld", "st"):
            where = place(access.group(2), known)
            if where in PLACES:
                found.append((word.upper(), "R" if word[0] == "l" else "W", PLACES[where]))
        address = re.fullmatch(r"(x\d+), (?:x\d+, :lo12:)?(\w+)(?:\+(\d+))?", rest)
        step = re.fullmatch(r"(x\d+), (x\d+)(?:, #(\d+))?", rest)
        if word == "bl":
            known = {r: p for r, p in known.items() if int(r[1:]) >= 19}
        elif word in ("adrp", "add") and address and ("lo12" in rest or word == "adrp"):
            known[address.group(1)] = (address.group(2), int(address.group(3) or 0))
        elif word in ("add", "mov") and step and step.group(2) in known:
            symbol, start = known[step.group(2)]
            known[step.group(1)] = (symbol, start + int(step.group(3) or 0))
        elif target and word[:2] != "st":
            known.pop("x" + target.group(1), None)
    return tuple(found)


def usual(lines, name):
    """What a function does to shared memory on its usual path; it must be one thing."""
    wanted = sorted(PATHS[name])
    found = {a for a in map(accesses, paths(lines))
             if sorted(f"{kind} {where}" for _, kind, where in a if kind != "F") == wanted}
    if len(found) != 1:
        raise LookupError(f"{name} does {len(found)} things on paths that {wanted}")
    return found.pop()


def thread(sequence):
    """The instructions of a litmus thread, and place -> register that is read from it."""
    lines, registers = ["MOV W9,#1"], {}
    for word, kind, where in sequence:
        if kind == "F":
            lines.append(word)
            continue
        register = "W9"
        if kind == "R":
            register = registers[where] = f"W{len(registers)}"
        lines.append(f"{word} {register},[{ADDRESS[where]}]")
    return lines, registers


def litmus(name, assembly):
    found = functions(assembly)
    first, second, never = TESTS[name]
    threads = [thread(usual(found[f], f)) for f in (first, second)]
    rows = max(len(lines) for lines, _ in threads)
    columns = [[f"P{n}", *lines, *[""] * (rows - len(lines))]
               for n, (lines, _) in enumerate(threads)]
    start = " ".join(f"{n}:{r}={p};" for n in (0, 1) for p, r in ADDRESS.items())
    terms = [re.fullmatch(r"(\d):(\w+)=(\d)", term).groups() for term in never.split()]
    # herd7 names the whole of a register
    exists = " /\\ ".join(f"{n}:{threads[int(n)][1][p].replace('W', 'X')}={v}"
                          for n, p, v in terms)
    table = "\n".join(f" {a:20}| {b:20};" for a, b in zip(*columns))
    return f"AArch64 {name}\n{{ {start} }}\n{table}\nexists ({exists})\n"


def check(tag, name, edits=()):
    """herd7's verdict: the outcome can never be ("holds"), or can ("refuted")."""
    folder = prove.fresh("devices/lib", tag)
    library = HERE.parent
    for path in [library / "queue.h", library / "queue.c", library / "shared.h",
                 library / "signal.h", library / "test/include/microkit.h", HERE / "order.c"]:
        shutil.copy(path, folder)
    for edit in edits:
        prove.mutate(folder, *edit)
    if "Rev" not in prove.run([prove.B / "tools/herd7", "-version"], folder, "version.log"):
        raise prove.Missing("herd7")
    output = prove.run(COMPILE, folder, "compile.log")
    if output:
        return prove.last_line(output)
    (folder / "order.litmus").write_text(litmus(name, (folder / "order.s").read_text()))
    output = prove.run([prove.B / "tools/herd7", "-set-libdir", LIBRARY, "order.litmus"], folder,
                       "herd7.log")
    observed = re.search(r"^Observation \S+ (\w+)", output, re.M)
    if observed is None:
        return prove.last_line(output)
    return "holds" if observed.group(1) == "Never" else "refuted"


def add_to(suite):
    for name, (first, second, _) in TESTS.items():
        suite.case("order", f"{name} ({first}, {second})", check, name)
    for number, (name, edits) in enumerate(MUTANTS, 1):
        suite.case("order", f"{name} refutes mutant {number}", check, name, edits,
                   kind=prove.MUTANT)
