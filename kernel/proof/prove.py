# SPDX-License-Identifier: BSD-2-Clause
"""Prove the kernel's ready-set invariant with CBMC; try that the proofs can fail.

For tests/run.py: a line for each proof, for its vacuity check (an assertion that
is false at the end must fail) and for each mutant of the source (which must be
refuted). A solver that runs out of time is a failure, never a pass.

    B=build python3 kernel/proof/prove.py [--only NAME]...

The harnesses beside this file are proved against copies of the kernel's files in
which REWRITES have been made: a set of PDs is named by the index of its first
word in place of a pointer to it. The files are otherwise as they are; a rewrite
that finds nothing to do is an error, and what it forgets does not compile.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = ROOT / "kernel/proof"
B = (ROOT / os.environ.get("B", "build")).resolve()
LIMIT_S = 120  # of processor time, so that what else the machine does is no matter
FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --conversion-check "
         "--signed-overflow-check --nondet-static --max-field-sensitivity-array-size 1 "
         "--unwind 6 --unwinding-assertions --slice-formula --stop-on-fail").split()

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
    ("ready.h", "word &= ~0ull >> (from % 64u)", "word &= ~0ull << (from % 64u)", "set"),
    ("ready.h", "set[pd / 64u] &= ~set_bit(pd)", "set[pd / 64u] ^= set_bit(pd)", "set"),
    ("ready.h", "&& !budget_exhausted(core, k.context[pd])", "", "update"),
    ("ready.h", "!budget_exhausted(core, k.context[pd])", "!budget_exhausted(core, pd)",
     "update"),
    ("ready.h", "core->ready[pd_constants[pd].domain]", "core->ready[core->domain]",
     "update"),
]


def stage(folder, rewrite, mutant=None):
    """Copy the kernel's core to folder, with the rewrites and one mutation."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "kernel/core", folder / "core")
    if mutant:
        path = folder / "core" / mutant[0]
        text = path.read_text()
        if mutant[1] not in text:
            raise LookupError(f"{mutant[0]} does not contain: {mutant[1]}")
        path.write_text(text.replace(mutant[1], mutant[2]))
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
    """The command for a proof, and the folder with what it is made of."""
    sources, rewrite = PROOFS[name]
    folder = B / "proof/kernel" / tag
    stage(folder, rewrite, mutant)
    files = [str(folder / s if s.startswith("core/") else HERE / s) for s in sources]
    includes = [HERE / "include", HERE, folder / "core", ROOT / "kernel/include",
                ROOT / "kernel/account/off"]
    words = [str(B / "tools/cbmc"), *files, *[f"-I{i}" for i in includes],
             *[f"-D{d}" for d in defines], *FLAGS, *SOLVER]
    return words, folder


def cbmc(words, log_path):
    """Run CBMC once: ("successful" | "failed" | why not, output, seconds)."""
    environment = dict(os.environ, PATH=f"{B / 'tools'}:{os.environ['PATH']}")
    with open(log_path, "w+", encoding="utf-8") as log:
        process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT,
                                   env=environment, cwd=ROOT, preexec_fn=limit_time)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        output = log.read()
    seconds = usage.ru_utime + usage.ru_stime
    verdict = {0: "successful", 10: "failed"}.get(process.returncode)
    if verdict and f"VERIFICATION {verdict.upper()}" in output:
        return verdict, output, seconds
    if seconds > LIMIT_S - 5:
        return f"no answer in {LIMIT_S} s", output, seconds
    return (output.strip().splitlines() or ["no output"])[-1], output, seconds


def groups(words, folder, vacuity):
    """The properties, to be proved apart: each of ours, and all that CBMC adds.

    Ten small questions are answered sooner than one of ten parts. For the
    vacuity check, only the one at the end of main.
    """
    _, output, _ = cbmc(words + ["--show-properties"], folder / "properties.log")
    names = re.findall(r"^Property (\S+):$", output, re.MULTILINE)
    ours = [n for n in names if ".assertion." in n]
    rest = [n for n in names if ".assertion." not in n]
    if not ours or not rest:
        raise LookupError("no properties: see " + str(folder / "properties.log"))
    if vacuity:
        return [[n for n in ours if n.startswith("main.")][-1:]]
    return [[n] for n in ours] + [rest]


def prove(name, tag, mutant=None, defines=()):
    """Prove a harness's properties: ("successful" | "failed" | why not, seconds)."""
    words, folder = command(name, tag, mutant, defines)
    total = 0
    for number, group in enumerate(groups(words, folder, "VACUITY" in defines)):
        chosen = [w for n in group for w in ("--property", n)]
        verdict, _, seconds = cbmc(words + chosen, folder / f"cbmc-{number}.log")
        total += seconds
        if verdict != "successful":
            return verdict, total
    return "successful", total


def limit_time():
    """For the prover and for the solver that it starts, each."""
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))


def cases():
    """Every case: (name, proof, expected verdict, mutant or None, defines)."""
    for name in PROOFS:
        yield f"{name} holds", name, "successful", None, ()
        yield f"{name} is not vacuous", name, "failed", None, ("VACUITY",)
    for number, mutant in enumerate(MUTANTS):
        yield (f"{mutant[3]} refutes mutant {number} of {mutant[0]}", mutant[3], "failed",
               mutant, ())


def run(case):
    name, proof, expected, mutant, defines = case
    try:
        verdict, seconds = prove(proof, re.sub(r"\W+", "-", name), mutant, defines)
    except LookupError as error:
        verdict, seconds = str(error), 0
    if verdict == expected:
        print(f"ok - kernel proof: {name} ({seconds:.0f} s)", flush=True)
    else:
        print(f"not ok - kernel proof: {name}: {verdict}, not {expected}", flush=True)
    return verdict == expected


def solver():
    """bitwuzla if it can be had, else z3, which is slower."""
    try:
        found = subprocess.run([B / "tools/bitwuzla", "--version"], capture_output=True)
        if found.returncode == 0:
            return ["--bitwuzla"]
    except OSError:
        pass
    return ["--z3"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", help="the proofs of this name only")
    arguments = parser.parse_args()
    chosen = [c for c in cases() if not arguments.only or c[1] in arguments.only]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(run, chosen))
    return 0 if all(results) else 1


SOLVER = solver()
if __name__ == "__main__":
    sys.exit(main())
