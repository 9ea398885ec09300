# SPDX-License-Identifier: BSD-2-Clause
"""What the proof scripts share: run a prover, seed mutants, judge, say what is claimed.

A script makes a Suite, adds claims and the cases that each stands on, and calls main:

    prove.py                for tests/run.py: runs all, prints a line for each case
    prove.py NAME...        the claims of these names only
    prove.py --ledger       runs nothing, prints the claims for proofs/LEDGER.md

A case expects the verdict "holds", or "refuted": of a mutant, or of the vacuity check (an
assertion that is false at the end of a harness must fail). Any other verdict, no answer in
time above all, is a failure and never a pass. A claim without a mutant is an error.
"""

import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
B = (ROOT / os.environ.get("B", "build")).resolve()
LIMIT_S = 120  # of processor time, so that what else the machine does is no matter
GRADES = ("proved", "checked", "tested", "argued")
MUTANT, VACUITY = "mutant", "vacuity"


class Missing(Exception):
    """A prover that may be missing is: what needs it was not run."""


@dataclasses.dataclass
class Claim:
    """A row of the ledger."""
    name: str
    grade: str      # of GRADES
    text: str       # what is claimed
    functions: str  # of which code
    method: str     # by what tool
    bound: str      # for which values; "none" if for all
    mutants: int = 0


class Suite:
    """The proofs of one room."""

    def __init__(self, name, title, assumed):
        self.name, self.title, self.assumed = name, title, assumed
        self.claims, self.cases = {}, []

    def claim(self, name, grade, text, functions, method, bound):
        assert grade in GRADES
        self.claims[name] = Claim(name, grade, text, functions, method, bound)

    def case(self, claim, label, function, *arguments, kind=None):
        """function(tag, *arguments) gives the verdict; kind: None, MUTANT or VACUITY."""
        if kind == MUTANT:
            self.claims[claim].mutants += 1
        self.cases.append((claim, label, kind, function, arguments))

    def ledger(self):
        lines = [f"## {self.title}", "",
                 "| grade | claim | of | by | for | mutants refuted |",
                 "|---|---|---|---|---|---|"]
        for c in self.claims.values():
            lines.append(f"| {c.grade} | {c.text} | {c.functions} | {c.method}: `{c.name}` | "
                         f"{c.bound} | {c.mutants} |")
        return "\n".join(lines + ["", "Assumed:", ""] + [f"- {a}" for a in self.assumed])

    def judge(self, case):
        claim, label, kind, function, arguments = case
        start = time.monotonic()
        try:
            verdict = function(re.sub(r"\W+", "-", f"{claim}-{label}"), *arguments)
        except LookupError as error:
            verdict = error.args[0]
        except Missing as tool:
            print(f"note - {self.name} proof: {claim} {label}: not run, no {tool}", flush=True)
            return True
        good = verdict == ("refuted" if kind else "holds")
        print(f"{'ok' if good else 'not ok'} - {self.name} proof: {claim} {label} "
              f"({time.monotonic() - start:.0f} s){'' if good else ': ' + verdict}", flush=True)
        return good

    def main(self, words):
        weak = [c.name for c in self.claims.values() if not c.mutants]
        assert not weak, f"no mutant for {weak}"
        if words == ["--ledger"]:
            print(self.ledger())
            return 0
        unknown = [w for w in words if w not in self.claims]
        if unknown:
            print(f"not ok - {self.name} proof: no claim {unknown}")
            return 1
        chosen = [case for case in self.cases if not words or case[0] in words]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return 0 if all([*pool.map(self.judge, chosen)]) else 1


def fresh(*parts):
    """An empty folder below the build's proof/."""
    folder = B.joinpath("proof", *parts)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def mutate(folder, name, text, replacement):
    """Put a mutant into the copy of a file; what it replaces must be there just once."""
    path = folder / name
    before = path.read_text()
    if before.count(text) != 1:
        raise LookupError(f"{name} does not contain once: {text}")
    path.write_text(before.replace(text, replacement))


def run(words, folder, log):
    """Output of a program that ended within LIMIT_S; kept in a file too."""
    environment = dict(os.environ, PATH=f"{B / 'tools'}:{os.environ['PATH']}")
    result = subprocess.run(["prlimit", f"--cpu={LIMIT_S}", *map(str, words)], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
                            env=environment, check=False)
    (folder / log).write_text(result.stdout)
    if result.returncode < 0:
        return f"no answer in {LIMIT_S} s of processor time (signal {-result.returncode})"
    return result.stdout


def last_line(output):
    return (output.strip().splitlines() or ["no output"])[-1]


def cbmc(words, folder, log="cbmc.log"):
    """CBMC's verdict."""
    output = run([B / "tools/cbmc", *words], folder, log)
    if "VERIFICATION SUCCESSFUL" in output:
        return "holds"
    return "refuted" if "VERIFICATION FAILED" in output else last_line(output)


def spin(words, folder, model):
    """SPIN's verdict on a model's assertions, all interleavings; words go to spin."""
    output = run(["spin", *words, "-a", model], folder, "spin.log")
    output += run("gcc -O1 -DSAFETY -DCOLLAPSE -w -o pan pan.c".split(), folder, "gcc.log")
    if not (folder / "pan").exists():
        return last_line(output)
    output = run(["./pan", "-E", "-m1000000", "-w24"], folder, "pan.log")
    errors = re.search(r"errors: (\d+)", output)
    if errors is None or "max search depth too small" in output:
        return last_line(output)
    return "refuted" if int(errors.group(1)) else "holds"
