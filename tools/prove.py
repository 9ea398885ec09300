# SPDX-License-Identifier: BSD-2-Clause
"""What the proof scripts share: run a prover, seed mutants, judge, say what is claimed.

A script makes a Suite, adds claims and the cases that each stands on, and calls main:

    prove.py                for tests/run.py: runs all, prints a line for each case
    prove.py NAME...        the claims of these names only
    prove.py --ledger       runs nothing, prints the claims for proofs/LEDGER.md
    prove.py --record       proves all claims, and writes what was proved into the suite's record

A case expects the verdict "holds", or "refuted": of a mutant, or of the vacuity check (an
assertion that is false at the end of a harness must fail). Any other verdict, no answer in
time above all, is a failure and never a pass. A claim without a mutant is an error.

What a prover has answered is kept in $B/proof-answers, by the hash of all that the answer
hangs on: preprocessed source and harness, flags, versions of the provers. PROVE says what
becomes of that:

    known   (the default) every case; a known answer is not asked for again
    claims  (make prove) the same without mutants
    all     (make prove-all) every case, nothing is taken as known; proofs/times has then what
            processor time each claim took
    sample  (make test) every proof, of which what is known, or in the suite's record, is not
            proved again but for one of SAMPLE; and one mutant of SAMPLE; the others are only
            made, so that none is there whose text is not. TEST_SEED draws
"""

import concurrent.futures
import dataclasses
import functools
import hashlib
import inspect
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
B = (ROOT / os.environ.get("B", "build")).resolve()
LIMIT_S = 360  # of processor time: hosts differ by three; what else they do is no matter
MODES = ("known", "claims", "all", "sample")
MODE = os.environ.get("PROVE") or "known"
SAMPLE = 6
GRADES = ("proved", "checked", "tested", "argued")
MUTANT, VACUITY = "mutant", "vacuity"


# .anew: this case takes nothing as known; .spent: its seconds; .recorded: what its suite's
# record has; .said: word and key of each verdict of CBMC's on it, as a record has them
LOCAL = threading.local()
SAID = {word: f"VERIFICATION {word}" for word in ("SUCCESSFUL", "FAILED")}
TIMES = ROOT / "proofs/times"


class Unasked(Exception):
    """A mutant has been made, and no prover is asked about it."""


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


def tag_of(case):
    """A case's name, for a folder and in a record."""
    return re.sub(r"\W+", "-", f"{case[0]}-{case[1]}")


class Suite:
    """The proofs of one room."""

    def __init__(self, name, title, assumed, record=None):
        self.name, self.title, self.assumed = name, title, assumed
        self.record = record
        self.recorded = {}
        if record and record.exists():
            lines = (line.split() for line in record.read_text().splitlines())
            self.recorded = {key: SAID[said] for _, said, key in lines}
        self.proved = []  # lines of a record
        self.found = []  # what was wrong in the code, and the proofs or what led to them found
        self.claims, self.cases = {}, []
        self.source = None  # folder of the code; the mutants' files are named from there
        self.spent = {}  # (claim, whether it is the proof itself): seconds
        self.told = {}  # variables that a counterexample's story tells, and what they are

    def claim(self, name, grade, text, functions, method, bound):
        assert grade in GRADES
        self.claims[name] = Claim(name, grade, text, functions, method, bound)

    def case(self, claim, label, function, *arguments, kind=None):
        """function(tag, *arguments) gives the verdict; kind: None, MUTANT or VACUITY."""
        if kind == MUTANT:
            self.claims[claim].mutants += 1
        self.cases.append((claim, label, kind, function, arguments))

    def ledger(self):
        times = recorded_times(self.name)[1]
        seconds = " seconds |" if times else ""
        lines = [f"## {self.title}", "",
                 f"| grade | claim | of | by | for |{seconds} mutants refuted |",
                 "|---|---|---|---|---|---|" + ("---|" if times else "")]
        for c in self.claims.values():
            took = f" {times.get(c.name, '')} |" if times else ""
            lines.append(f"| {c.grade} | {c.text} | {c.functions} | {c.method}: `{c.name}` | "
                         f"{c.bound} |{took} {c.mutants} |")
        lines += ["", "Assumed:", "", *(f"- {a}" for a in self.assumed)]
        if self.found:
            lines += ["", "Found, and mended:", "", *(f"- {a}" for a in self.found)]
        return "\n".join(lines)

    @staticmethod
    def askable(case):
        """Whether another mutant can be put into what the case reads: it is a keyword there."""
        return {"mutant", "edits"} & {*inspect.signature(case[3]).parameters}

    @staticmethod
    def ask(case, tag, mutant):
        """A case's verdict on another mutant."""
        function, arguments = case[3:]
        signature = inspect.signature(function)
        given = signature.bind(tag, *arguments)
        if "mutant" in signature.parameters:
            given.arguments["mutant"] = mutant
        else:
            given.arguments["edits"] = [mutant]
        try:
            return function(*given.args, **given.kwargs)
        except LookupError as error:
            return f"cannot be asked: {error.args[0]}"

    def drawn(self, case):
        """Whether it is this run's turn of a case, by TEST_SEED."""
        name = f"{os.environ.get('TEST_SEED', '')} {self.name} {case[0]} {case[1]}"
        return int(digest(name), 16) % SAMPLE == 0

    def can_be_made(self, case):
        """Whether a mutant that is not drawn could be: that its text is still there."""
        claim, label, _, function, arguments = case
        LOCAL.asks = False
        try:
            function(tag_of(case), *arguments)
        except Unasked:
            pass
        except LookupError as error:
            print(f"not ok - {self.name} proof: {claim} {label}: {error.args[0]}", flush=True)
            return False
        finally:
            LOCAL.asks = True
        return True

    def judge(self, case):
        claim, label, kind, function, arguments = case
        start = time.monotonic()
        LOCAL.anew = MODE == "all" or (MODE == "sample" and self.drawn(case))
        LOCAL.recorded = self.recorded if MODE == "sample" and not LOCAL.anew else {}
        LOCAL.said = []
        LOCAL.known = 0
        LOCAL.refuted = None
        LOCAL.spent = -time.thread_time()
        try:
            verdict = function(tag_of(case), *arguments)
        except LookupError as error:
            verdict = error.args[0]
        except Missing as tool:
            print(f"note - {self.name} proof: {claim} {label}: not run, no {tool}", flush=True)
            return True
        good = verdict == ("refuted" if kind else "holds")
        if good:
            self.proved += [f"{tag_of(case)} {said}\n" for said in LOCAL.said]
        took = "known" if LOCAL.known else f"{time.monotonic() - start:.0f} s"
        self.spent.setdefault((claim, kind is None), []).append(
            LOCAL.spent + time.thread_time())
        print(f"{'ok' if good else 'not ok'} - {self.name} proof: {claim} {label} "
              f"({took}){'' if good else ': ' + verdict}", flush=True)
        if not good and LOCAL.refuted:
            print(story(LOCAL.refuted, self.told), flush=True)
        return good

    def main(self, words):
        weak = [c.name for c in self.claims.values() if not c.mutants]
        assert not weak, f"no mutant for {weak}"
        if words == ["--ledger"]:
            print(self.ledger())
            return 0
        if words == ["--record"]:
            return self.write_record()
        unknown = [w for w in words if w not in self.claims]
        if unknown:
            print(f"not ok - {self.name} proof: no claim {unknown}")
            return 1
        assert MODE in MODES, f"PROVE is one of {MODES}"
        chosen = [case for case in self.cases if not words or case[0] in words]
        made = []
        if MODE == "claims":
            chosen = [case for case in chosen if case[2] != MUTANT]
        if MODE == "sample":
            left = [case for case in chosen if case[2] == MUTANT and not self.drawn(case)]
            made = [case for case in left if self.askable(case)]
            chosen = [case for case in chosen if case[2] != MUTANT or self.drawn(case)]
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            good = all([*pool.map(self.can_be_made, made), *pool.map(self.judge, chosen)])
        if MODE == "all" and good and not words:
            self.record_times(time.monotonic() - start)
        return 0 if good else 1

    def write_record(self):
        self.cases = [case for case in self.cases if case[2] != MUTANT]
        failed = self.main([])
        self.record.write_text("".join(sorted(self.proved)))
        return failed

    def record_times(self, elapsed):
        """What `make prove-all` has taken: all of it, then each claim's proof, and all of it."""
        lines = [f"# Written by `make prove-all`, on {machine()}: seconds of {self.name} in all, "
                 "then\n# processor time of each claim's proof, and of all its cases.",
                 f"{rounded(elapsed)}"]
        for name in self.claims:
            proof, others = (sum(self.spent.get((name, itself), ())) for itself in (True, False))
            lines.append(f"{name}\t{rounded(proof)}\t{rounded(proof + others)}")
        TIMES.mkdir(exist_ok=True)
        (TIMES / f"{self.name}.txt").write_text("\n".join(lines) + "\n")


def rounded(seconds):
    """To two digits: what is measured again differs in the others."""
    digits = max(0, len(str(int(seconds))) - 2)
    return max(1, math.ceil(seconds / 10 ** digits) * 10 ** digits)


def machine():
    model = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return f"{len(os.sched_getaffinity(0))} cores of {model[1] if model else 'some machine'}"


def recorded_times(name):
    """Of a suite: seconds in all or None, claim -> "its proof, all its cases", the machine."""
    path = TIMES / f"{name}.txt"
    if not path.exists():
        return None, {}, None
    text = path.read_text()
    total, *claims = [line for line in text.splitlines() if not line.startswith("#")]
    rows = (line.split("\t") for line in claims)
    return int(total), {c: f"{a}, {b}" for c, a, b in rows}, re.search(r", on (.*): ", text)[1]


def fresh(*parts):
    """An empty folder below the build's proof/."""
    folder = B.joinpath("proof", *parts)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def mutate(folder, name, text, replacement):
    """Put a mutant into the copy of a file; what it replaces must be there just once.

    Without a text it is the whole file.
    """
    path = folder / name
    if text is None:
        path.write_text(replacement)
        return
    before = path.read_text()
    if before.count(text) != 1:
        raise LookupError(f"{name} does not contain once: {text}")
    path.write_text(before.replace(text, replacement))


def digest(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


@functools.cache
def versions():
    """Of all that answers: a new one makes all answers anew."""
    tools = ([B / "tools/cbmc", "--version"], [B / "tools/bitwuzla", "--version"],
             [B / "tools/herd7", "-version"], ["z3", "--version"], ["spin", "-V"],
             ["gcc", "--version"])
    found = [(ROOT / "third_party/lock.txt").read_text()]
    for words in tools:
        try:
            found.append(subprocess.run(words, text=True, capture_output=True).stdout)
        except OSError:
            found.append("none")
    return "\n".join(found)


def remembered(parts, ask):
    """What ask() answers, or has answered when all of the parts were the same.

    ask() gives a text, and whether it is an answer that may be kept.
    """
    key = digest(versions(), *parts)
    path = B / "proof-answers" / key
    text, good = getattr(LOCAL, "recorded", {}).get(key), False
    if path.exists() and not LOCAL.anew:
        text = path.read_text()
    if text is None:
        text, good = ask()
    else:
        LOCAL.known += 1
    getattr(LOCAL, "said", []).extend(
        f"{word} {key}" for word, said in SAID.items() if said in text)
    if good:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{threading.get_ident()}")
        part.write_text(text)
        part.rename(path)
    return text


def preprocessed(words, folder):
    """The C that CBMC reads, and with what flags, wherever the folders are."""
    chosen = [w for w in words if w.endswith(".c") or w[:2] in ("-I", "-D")]
    result = subprocess.run(["gcc", "-E", "-P", "-D__CPROVER__", *chosen], text=True,
                            capture_output=True, cwd=folder, check=False)
    if result.returncode != 0:
        return f"{time.time()}"
    text = "\0".join([*(w for w in words if not w.startswith("-I")), result.stdout])
    for path in (folder, B, ROOT):
        text = text.replace(str(path), "")
    return text


def run(words, folder, log):
    """Output of a program that ended within LIMIT_S; kept in a file too.

    CBMC is not run if its answer is known.
    """
    words = [*map(str, words)]
    if not getattr(LOCAL, "asks", True):
        raise Unasked
    if not words[0].endswith("/cbmc"):
        return start(words, folder, log)[0]
    return remembered((preprocessed(words[1:], folder),), lambda: start(words, folder, log))


def start(words, folder, log):
    """A program's output; whether it came to an end, with 0, or with CBMC's 10: refuted."""
    environment = dict(os.environ, PATH=f"{B / 'tools'}:{os.environ['PATH']}")
    with (folder / log).open("w") as out:
        process = subprocess.Popen(["prlimit", f"--cpu={LIMIT_S}", *words], cwd=folder,
                                   stdout=out, stderr=subprocess.STDOUT, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    LOCAL.spent = getattr(LOCAL, "spent", 0) + used.ru_utime + used.ru_stime
    if process.returncode < 0:
        return (f"no answer in {LIMIT_S} s of processor time (signal {-process.returncode})",
                False)
    return (folder / log).read_text(), process.returncode in (0, 10)


def last_line(output):
    return (output.strip().splitlines() or ["no output"])[-1]


@functools.cache
def solver():
    """For CBMC: bitwuzla if it can be had, else z3, which is slower."""
    try:
        found = subprocess.run([B / "tools/bitwuzla", "--version"], capture_output=True)
        if found.returncode == 0:
            return ("--bitwuzla",)
    except OSError:
        pass
    return ("--z3",)


def story(output, told):
    """Why CBMC refutes: what is wrong, where, how it came there, what the variables were."""
    violated = re.search(r"Violated property:\n  file (\S+) function (\S+) line (\d+).*\n"
                         r"  (.*)", output)
    if not violated:
        return "    no counterexample: see cbmc.log"
    path, function, line, what = violated.groups()
    lines = [f"    {pathlib.PurePath(path).name}, line {line}, in {function}: {what}"]
    way = re.findall(r"^State \d+ .* function (?!__CPROVER)(\S+) line", output, re.M)
    last_first = [*dict.fromkeys(reversed(way))][:8]
    lines.append(f"    last in: {', '.join(last_first)}")
    last = dict(re.findall(r"^  ([\w.\[\]]+)=(\S+)", output, re.M))
    for name, value in last.items():
        bare = re.sub(r"(\d)[ul]+(?=\])", r"\1", name)
        words = told.get(re.sub(r"\[.*", "", name))
        if words:
            lines.append(f"    {words}: {bare} = {re.sub('[ul]+$', '', value)}")
    return "\n".join(lines)


def cbmc(words, folder, log="cbmc.log"):
    """CBMC's verdict; if it refutes, the log has why."""
    output = run([B / "tools/cbmc", *words], folder, log)
    if "VERIFICATION FAILED" in output:
        LOCAL.refuted = output
    if "VERIFICATION SUCCESSFUL" in output:
        return "holds"
    return "refuted" if "VERIFICATION FAILED" in output else last_line(output)


def spin(words, folder, model):
    """SPIN's verdict on a model's assertions, all interleavings; words go to spin."""
    def ask():
        output = run(["spin", *words, "-a", model], folder, "spin.log")
        output += run("gcc -O1 -DSAFETY -DCOLLAPSE -w -o pan pan.c".split(), folder, "gcc.log")
        if not (folder / "pan").exists():
            return last_line(output), False
        output = run(["./pan", "-E", "-m1000000", "-w24"], folder, "pan.log")
        errors = re.search(r"errors: (\d+)", output)
        if errors is None or "max search depth too small" in output:
            return last_line(output), False
        return "refuted" if int(errors.group(1)) else "holds", True
    return remembered((*words, pathlib.Path(model).read_text()), ask)
