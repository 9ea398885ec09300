# SPDX-License-Identifier: BSD-2-Clause
"""Prove the kernel's ready-set invariant with CBMC; try that the proofs can fail.

For tests/run.py: a line for each proof, for its vacuity check (an assertion that
is false at the end must fail) and for each mutant of the source (which must be
refuted). A solver that runs out of time is a failure, never a pass.

    B=build python3 kernel/proof/prove.py [NAME...]

The harnesses beside this file are proved against copies of the kernel's files in
which REWRITES have been made: a set of PDs is named by the index of its first
word in place of a pointer to it. The files are otherwise as they are; a rewrite
that finds nothing to do is an error, and what it forgets does not compile.
"""

import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import prove  # noqa: E402

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --conversion-check "
         "--signed-overflow-check --nondet-static --max-field-sensitivity-array-size 1 "
         "--unwind 6 --unwinding-assertions --slice-formula --stop-on-fail").split()

SUITE = prove.Suite("kernel", "The kernel's ready sets (`kernel/proof`)", [
    "The tables are well formed: `microkit check` tests that of each image.",
    "`update` reads a copy of the kernel's files in which a set is named by the index of its "
    "first word in place of a pointer to it (`REWRITES`).",
    "Compiler and provers (`third_party/lock.txt`).",
])
SUITE.claim("set", "proved", "each does to every member of every set what its name says",
            "`set_add`, `set_remove`, `set_has`, `set_first`, `set_next` (`core/ready.h`)",
            "CBMC with bitwuzla or z3", "254 PDs")
SUITE.claim("update", "proved", "a PD is in its domain's ready set if and only if it is READY and "
            "its context is not exhausted: holds at that PD afterwards whatever held before, "
            "stays true at every other, and no other bit of any set changes",
            "`ready_update`, `budget_exhausted`", "CBMC with bitwuzla or z3",
            "254 PDs, 16 domains")

# CBMC follows an index into an array of the state; of a pointer into its middle
# it makes a copy of the whole state, bit by bit, and comes to no end.
REWRITES = [
    (r"uint64_t ready\[DOMAIN_MAX\]\[SET_WORDS\];", "uint64_t ready[DOMAIN_MAX * SET_WORDS];"),
    (r"(typedef uint8_t pd_t;)", r"typedef unsigned set_t; \1"),
    (r"(const )?uint64_t set\[SET_WORDS\]", "set_t set"),
    (r"(const )?uint64_t \*(set|ready)\b", r"set_t \2"),
    (r"core->ready\[core->domain\]\[0\]", "core->READY[core->domain * SET_WORDS]"),
    (r"core->ready\[((?:[^\[\]]|\[[^\]]*\])*)\]", r"((\1) * SET_WORDS)"),
    (r"\bset\[([^\]]*)\]", r"k.core[0].READY[set | (\1)]"),
    (r"\bREADY\b", "ready"),
    (r"set_has\(core->exhausted, (\w+)\)", r"((core->exhausted[\1 / 64u] & set_bit(\1)) != 0)"),
    (r"set_add\(core->exhausted, (\w+)\)", r"(core->exhausted[\1 / 64u] |= set_bit(\1))"),
    (r"set_remove\(core->exhausted, (\w+)\)", r"(core->exhausted[\1 / 64u] &= ~set_bit(\1))"),
]

# name: harness and the kernel's files that it is proved with; rewritten or not
PROOFS = {
    "set": (["set.c"], False),
    "update": (["update.c"], True),
}

# file, text, text in its place, the proof that must refute it
MUTANTS = [
    ("ready.h", "1ull << 63 >> (pd % 64u)", "1ull << (pd % 64u)", "set"),
    ("ready.h", "mask = ~0ull >> (from % 64u)", "mask = ~0ull << (from % 64u)", "set"),
    ("ready.h", "next <= last ? (pd_t)next : PD_NONE", "(pd_t)next", "set"),
    ("ready.h", "set[pd / 64u] &= ~set_bit(pd)", "set[pd / 64u] ^= set_bit(pd)", "set"),
    ("ready.h", "&& !budget_exhausted(core, k.context[pd])", "", "update"),
    ("ready.h", "!budget_exhausted(core, k.context[pd])", "!budget_exhausted(core, pd)",
     "update"),
    ("ready.h", "core->ready[pd_constants[pd].domain]", "core->ready[core->domain]",
     "update"),
]


def stage(folder, rewrite, mutant=None):
    """Copy the kernel's core to folder, with the rewrites and one mutation."""
    shutil.copytree(ROOT / "kernel/core", folder / "core")
    if mutant:
        prove.mutate(folder / "core", *mutant)
    if not rewrite:
        return
    done = [0] * len(REWRITES)
    for path in sorted((folder / "core").glob("*.[ch]")):
        text = path.read_text()
        for number, (pattern, replacement) in enumerate(REWRITES):
            text, count = re.subn(pattern, replacement, text)
            done[number] += count
        path.write_text(text)
    if not all(done):
        raise LookupError(f"nothing to rewrite for: {REWRITES[done.index(0)][0]}")


def command(name, tag, mutant, defines):
    """CBMC's arguments for a proof, and the folder with what it is made of."""
    sources, rewrite = PROOFS[name]
    folder = prove.fresh("kernel", tag)
    stage(folder, rewrite, mutant)
    files = [str(HERE / s) for s in sources]
    includes = [HERE / "include", HERE, folder / "core", ROOT / "kernel/include",
                ROOT / "kernel/account/off"]
    return [*files, *[f"-I{i}" for i in includes], *[f"-D{d}" for d in defines], *FLAGS,
            *SOLVER], folder


def groups(words, folder, vacuity):
    """The properties, to be proved apart: each of ours, and all that CBMC adds.

    Ten small questions are answered sooner than one of ten parts. For the
    vacuity check, only the one at the end of main.
    """
    output = prove.run([prove.B / "tools/cbmc", *words, "--show-properties"], folder,
                       "properties.log")
    names = re.findall(r"^Property (\S+):$", output, re.MULTILINE)
    ours = [n for n in names if ".assertion." in n]
    rest = [n for n in names if ".assertion." not in n]
    if not ours or not rest:
        raise LookupError("no properties: see " + str(folder / "properties.log"))
    if vacuity:
        return [[n for n in ours if n.startswith("main.")][-1:]]
    return [[n] for n in ours] + [rest]


def harness(tag, name, mutant=None, defines=()):
    """The verdict on a harness's properties."""
    words, folder = command(name, tag, mutant, defines)
    for number, group in enumerate(groups(words, folder, "VACUITY" in defines)):
        chosen = [w for n in group for w in ("--property", n)]
        verdict = prove.cbmc(words + chosen, folder, f"cbmc-{number}.log")
        if verdict != "holds":
            return verdict
    return "holds"


def add_cases():
    for name in PROOFS:
        SUITE.case(name, "holds", harness, name)
        SUITE.case(name, "is not vacuous", harness, name, None, ("VACUITY",), kind=prove.VACUITY)
    for number, mutant in enumerate(MUTANTS):
        SUITE.case(mutant[3], f"refutes mutant {number} of {mutant[0]}", harness, mutant[3],
                   mutant[:3], kind=prove.MUTANT)


def solver():
    """bitwuzla if it can be had, else z3, which is slower."""
    try:
        found = subprocess.run([prove.B / "tools/bitwuzla", "--version"], capture_output=True)
        if found.returncode == 0:
            return ["--bitwuzla"]
    except OSError:
        pass
    return ["--z3"]


SOLVER = solver()
if __name__ == "__main__":
    add_cases()
    sys.exit(SUITE.main(sys.argv[1:]))
