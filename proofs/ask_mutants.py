# SPDX-License-Identifier: BSD-2-Clause
"""Asks the proofs about the mutants that mutate.py makes of the functions that they name.

    ask_mutants.py                     for tests/run.py: some that were refuted before, drawn by
                                       TEST_SEED, which must be refuted again
    ask_mutants.py --all [SUITE...]    for `make mutants`: all, or COUNT of each suite, or with
                                       OPEN=1 only those of them that no earlier run has decided;
                                       writes proofs/mutants/SUITE.txt, which the ledger quotes

A mutant is refused if the build's compiler with the build's warnings refuses it, but for those
of what is not used, and the same if it gives the same object. Of the others each must be
refuted by a case of a claim that names its function, or stand in equivalent.txt with the
reason: it changes nothing, or what it changes is outside of what is claimed. A survivor is red.
One of which a prover has no answer within the limit, or that a harness cannot be made of, and
that no other case refutes, is undecided: the ledger counts it, as what it is.
"""

import concurrent.futures
import fnmatch
import functools
import importlib.util
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "proofs")]
import mutate  # noqa: E402
import prove  # noqa: E402

RECORDS = ROOT / "proofs/mutants"
EQUIVALENT = ROOT / "proofs/equivalent.txt"
LIMIT_S = 60         # for a prover's answer on a mutant, of processor time
SAMPLE_S = 60        # of processor time, for all that `make test` draws
SAMPLE_EACH_S = 10   # it draws none that took longer
HEARTBEAT_S = 30
STATUSES = ("refused", "same", "equivalent", "outside", "refuted", "undecided", "survived")
COMPILE = ("clang-14 --target=aarch64-none-elf -mcpu=cortex-a53 -std=c11 -ffreestanding "
           "-fno-common -fno-pic -fno-stack-protector -O2 -mgeneral-regs-only -mstrict-align "
           "-Wall -Wextra -Wconversion -Wshadow -Wundef -Wimplicit-fallthrough -Werror "
           "-Wno-unused -Wno-unused-parameter -Wno-unneeded-internal-declaration "
           "-Wno-logical-op-parentheses").split()
INCLUDES = (".", "kernel/include", "kernel/arch/aarch64/include", "kernel/arch/aarch64",
            "kernel/core", "kernel/release", "kernel/account/off",
            "microkit/libmicrokit/include", "microkit/libmicrokit/release/include",
            "microkit/libmicrokit", "microkit/libmicrokit/proof/include", "lib/string/include")


def suites():
    """name -> Suite, of every proof script."""
    found = {}
    for script in sorted([*ROOT.glob("*/proof/prove.py"), *ROOT.glob("*/*/proof/prove.py")]):
        sys.path.insert(0, str(script.parent))
        spec = importlib.util.spec_from_file_location(f"proof_{len(found)}", script)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.add_cases()
        found[module.SUITE.name] = module.SUITE
        sys.path.remove(str(script.parent))
    return found


def named(words, source):
    """The functions that a claim's text names: (file, function).

    "`a`, `b` (`x.c`)": these two; "`x.c`, `y.h`": all of the files; "`a` and all below (`x.c`)":
    it, and whatever of the file it calls. A name may have a *, and begin with _ for what is
    before it; a list of such after "but" is left out. What is "as proved" is another claim's.
    """
    words = "; ".join(part for part in words.split(";") if "as proved" not in part)
    without = re.search(r" but ((?:`_\w+`(?:, )?)+)", words)
    left_out = re.findall(r"`_(\w+)`", without[1]) if without else []
    words = words.replace(without[0], "") if without else words
    quoted = re.findall(r"`([^`]+)`", words)
    files = {pathlib.PurePath(q).name for q in quoted if re.search(r"\.[ch]$", q)}
    patterns = [re.sub("^_", "*_", q) for q in quoted if re.fullmatch(r"[\w*]+", q)]
    for path in sorted(source.rglob("*.[ch]")):
        inner = path.relative_to(source)
        if {"proof", "test", "debug"} & {*inner.parts} or (files and path.name not in files):
            continue
        tokens = mutate.tokens_of(path.read_text())
        calls = {f.name: {t.text for t in tokens[f.first:f.last]}
                 for f in mutate.functions(tokens)}
        chosen = {f for f in calls if (files and not patterns) or
                  any(fnmatch.fnmatchcase(f, p) for p in patterns)}
        more = chosen if " all " in words else ()
        while more:
            more = {f for c in more for f in calls[c] if f in calls} - chosen
            chosen |= more
        for function in sorted(chosen):
            if not any(function.endswith(f"_{name}") for name in left_out):
                yield str(inner), function


class Room:
    """A suite's mutants, and what may be asked about each."""

    def __init__(self, suite):
        self.suite = suite
        self.cases = {}  # (file, function) -> cases
        for claim in suite.claims.values():
            cases = [c for c in suite.cases
                     if c[0] == claim.name and c[2] is None and suite.askable(c)]
            for key in named(claim.functions, suite.source) if suite.source else ():
                self.cases.setdefault(key, []).extend(cases)
        self.record = read_record(suite.name)

    def mutants(self):
        files = {}
        for file, function in self.cases:
            files.setdefault(file, set()).add(function)
        for file, names in sorted(files.items()):
            path = self.suite.source / file
            for mutant in mutate.mutants(file, path.read_text(), names):
                if self.for_mutant(mutant):
                    yield mutant

    def decided(self, mutant):
        """Whether the record says what became of it, and the function is still the same."""
        status, _, _, of = self.record.get(mutant.name, ("survived", "", 0, ""))
        return status not in ("survived", "undecided") and of == mutant.of

    def for_mutant(self, mutant):
        """The cases that may refute it: `order` reads no values, the others no order."""
        ordered = mutant.operator == "order"
        return [c for c in self.cases[mutant.file, mutant.function]
                if (c[0] == "order") == ordered]


def read_record(name):
    """mutant's name -> (status, case, seconds, hash of the function)."""
    path = RECORDS / f"{name}.txt"
    found = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        if not line.startswith("#"):
            status, case, seconds, of, mutant = line.split("\t")
            found[mutant] = (status, case, int(seconds), of)
    return found


def recorded_made(name):
    """How many mutants there were when the record was written."""
    path = RECORDS / f"{name}.txt"
    return int(re.search(r"^# made: (\d+)", path.read_text(), re.M)[1]) if path.exists() else 0


@functools.cache
def equivalent():
    """mutant's name -> "equivalent" or "outside": those that somebody has found to be so."""
    lines = EQUIVALENT.read_text().splitlines() if EQUIVALENT.exists() else []
    entries = [line for line in lines if line.strip() and not line.startswith("#")]
    bad = [a for a, b in zip(entries[::2], entries[1::2]) if a[0].isspace() or b[:1] != "\t"]
    assert len(entries) % 2 == 0 and not bad, f"equivalent.txt: a name, then a reason: {bad}"
    return {name: "outside" if reason.startswith("\tNot claimed: ") else "equivalent"
            for name, reason in zip(entries[::2], entries[1::2])}


def compiled(path, text, function, folder):
    """The object of a file with this text; None if the compiler refuses it."""
    if path.suffix == ".h":
        unit = folder / "unit.c"
        unit.write_text(f'#include "{path}"\n'
                        f"extern const void *const kept;\nconst void *const kept = "
                        f"(const void *)(unsigned long){function};\n")
    else:
        unit = path
    (folder / "mutant").write_text(text)
    (folder / "overlay.yaml").write_text(json.dumps({
        "version": 0, "use-external-names": False, "roots": [
            {"type": "file", "name": str(path), "external-contents": str(folder / "mutant")}]}))
    result = subprocess.run(
        [*COMPILE, *[f"-I{ROOT / i}" for i in INCLUDES], "-ivfsoverlay", folder / "overlay.yaml",
         "-c", unit, "-o", folder / "unit.o"], capture_output=True, text=True, check=False)
    if result.returncode:
        (folder / "errors").write_text(result.stderr)
        return None
    return (folder / "unit.o").read_bytes()


class Asker:
    """Decides mutants, by several threads."""

    def __init__(self, anew):
        self.anew = anew
        self.lock = threading.Lock()
        self.spent = {}  # case -> [seconds, times asked, times refuted]
        self.originals = {}

    def cheapest(self, room, mutant):
        """The cases: the one that refuted it before, who refuted others of its function, then
        who refutes most in a second."""
        before = room.record.get(mutant.name, ("", "", 0, ""))[1]
        others = [case for status, case, _, of in list(room.record.values())
                  if of == mutant.of and status == "refuted"]
        with self.lock:
            spent = dict(self.spent)

        def cost(case):
            seconds, asked, refuted = spent.get((room.suite.name, *case[:2]), (0, 0, 0))
            label = f"{case[0]} {case[1]}"
            return (label != before, -others.count(label), (seconds + 1) / (asked + 1) *
                    (asked + 2) / (refuted + 1))
        return sorted(room.for_mutant(mutant), key=cost)

    def built(self, room, mutant):
        """None, or why there is nothing to ask: "refused", "same"."""
        path = room.suite.source / mutant.file
        folder = prove.fresh("seeded", prove.digest(room.suite.name, mutant.name)[:12])
        key = (path, mutant.function)
        if key not in self.originals:
            self.originals[key] = compiled(path, path.read_text(), mutant.function, folder)
        assert self.originals[key], f"{path} is not compiled: see {folder}/errors"
        new = compiled(path, mutant.text, mutant.function, folder)
        shutil.rmtree(folder)
        if new is None:
            return "refused"
        return "same" if new == self.originals[key] else None

    def decide(self, room, mutant, build=True):
        """Status, case, seconds."""
        found = self.built(room, mutant) if build else None
        if found:
            return found, "", 0
        if mutant.name in equivalent():
            return equivalent()[mutant.name], "", 0
        status, why = "survived", ""
        for number, case in enumerate(self.cheapest(room, mutant)):
            tag = f"seeded-{prove.digest(room.suite.name, mutant.name)[:12]}-{number}"
            prove.LOCAL.anew, prove.LOCAL.known, prove.LOCAL.refuted = self.anew, 0, None
            start = time.monotonic()
            try:
                verdict = room.suite.ask(case, tag, (mutant.file, None, mutant.text))
            except prove.Missing as tool:
                verdict = f"no {tool}"
            seconds = time.monotonic() - start
            for left in [*prove.B.glob(f"proof/*/{tag}"), *prove.B.glob(f"proof/*/*/{tag}")]:
                shutil.rmtree(left, ignore_errors=True)
            if not prove.LOCAL.known:
                with self.lock:
                    sums = self.spent.setdefault((room.suite.name, *case[:2]), [0, 0, 0])
                    sums[0] += seconds
                    sums[1] += 1
                    sums[2] += verdict == "refuted"
            if verdict == "refuted":
                return "refuted", f"{case[0]} {case[1]}", seconds
            if verdict != "holds":
                status, why = "undecided", f"{case[0]} {case[1]}: {verdict}"
        return status, why, 0


class Run:
    """`make mutants`: all that is drawn of the suites, and their records."""

    def __init__(self, rooms, count, seed, only_open):
        self.asker = Asker(prove.MODE == "all")
        self.lock = threading.Lock()
        self.rooms, self.bad, self.done, self.told = rooms, 0, 0, time.monotonic()
        self.work = []
        for room in rooms:
            made = [*room.mutants()]
            room.made = {m.name: m for m in made}
            made.sort(key=lambda m: prove.digest(seed, m.name))
            room.ours = [m for m in made[:count] if not (only_open and room.decided(m))]
            self.work += [(n, room, m) for n, m in enumerate(room.ours)]
        self.work.sort(key=lambda w: w[0] / max(1, len(w[1].ours)))  # all suites advance together

    def one(self, item):
        _, room, mutant = item
        before = room.record.get(mutant.name)
        status, case, seconds = self.asker.decide(room, mutant)
        if status == "refuted" and prove.LOCAL.known and before and before[0] == "refuted":
            seconds = before[2]  # how long it took is known of then
        with self.lock:
            self.done += 1
            room.record[mutant.name] = (status, case, max(1, round(seconds)), mutant.of)
            if status in ("survived", "undecided"):
                self.bad += status == "survived"
                print(f"{'not ok' if status == 'survived' else 'note'} - mutants: {status}: "
                      f"{mutant.name}{' (' + case + ')' if case else ''}", flush=True)
            if time.monotonic() - self.told > HEARTBEAT_S:
                self.told = time.monotonic()
                print(f"       {self.done} of {len(self.work)}", flush=True)
                self.write()

    def write(self):
        RECORDS.mkdir(exist_ok=True)
        for room in self.rooms:
            write_record(room)

    def go(self):
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for finished in concurrent.futures.as_completed(
                    [pool.submit(self.one, item) for item in self.work]):
                finished.result()
        self.write()
        for room in self.rooms:
            print(f"{'not ok' if score(room.record)['survived'] else 'ok'} - mutants of "
                  f"{room.suite.name}: {told(room)}", flush=True)
        return 1 if self.bad else 0


def score(record):
    """How many have which status."""
    counts = dict.fromkeys(STATUSES, 0)
    for status, *_ in record.values():
        counts[status] += 1
    return counts


def told(room):
    counts = score({n: r for n, r in room.record.items() if n in room.made})
    return f"{len(room.made)} made, " + ", ".join(f"{n} {s}" for s, n in counts.items())


def write_record(room):
    """Those that are made now, in their order; a text that has changed is not known."""
    lines = []
    for name, mutant in room.made.items():
        status, case, seconds, of = room.record.get(name, ("", "", 0, ""))
        if of == mutant.of:
            by = case if status == "refuted" else ""
            lines.append(f"{status}\t{by}\t{seconds}\t{of}\t{name}")
    room.record = {n: r for n, r in room.record.items()
                   if n in room.made and r[3] == room.made[n].of}
    head = (f"# Written by `make mutants`: what became of each mutant of {room.suite.name}, the "
            "case that refuted it, its seconds,\n# the hash of the function, the mutant.\n"
            f"# made: {len(room.made)}\n")
    part = RECORDS / f"{room.suite.name}.part"
    part.write_text(head + "".join(line + "\n" for line in lines))
    part.rename(RECORDS / f"{room.suite.name}.txt")


def sample(rooms):
    """For `make test`: a few that were refuted."""
    able = []
    for room in rooms:
        for mutant in room.mutants():
            status, _, seconds, _ = room.record.get(mutant.name, ("", "", 0, ""))
            if status == "refuted" and seconds <= SAMPLE_EACH_S:
                able.append((room, mutant, seconds))
    random.Random(os.environ.get("TEST_SEED", "")).shuffle(able)
    drawn, budget = [], SAMPLE_S
    for room, mutant, seconds in able:
        budget -= seconds
        if budget < 0:
            break
        drawn.append((room, mutant))
    asker = Asker(True)

    def one(item):
        room, mutant = item
        start = time.monotonic()
        status, case, _ = asker.decide(room, mutant, build=False)
        if status == "undecided" and re.search(r": no (bitwuzla|herd7)$", case):
            print(f"note - mutants: {mutant.name}: not asked, {case}", flush=True)
            return True
        good = status == "refuted"
        print(f"{'ok' if good else 'not ok'} - mutants: {room.suite.name} {mutant.name}: {status} "
              f"{'by ' if good else ''}{case} ({time.monotonic() - start:.0f} s)", flush=True)
        return good

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        results = [*pool.map(one, drawn)]
    if not drawn:
        print("not ok - mutants: none is recorded as refuted")
    return 0 if drawn and all(results) else 1


def main(words):
    rooms = [Room(suite) for suite in suites().values() if suite.source]
    if words[:1] != ["--all"]:
        return sample(rooms)
    prove.LIMIT_S = LIMIT_S
    unknown = {*words[1:]} - {room.suite.name for room in rooms}
    assert not unknown, f"no suite {unknown}"
    rooms = [room for room in rooms if not words[1:] or room.suite.name in words[1:]]
    count = int(os.environ.get("COUNT") or 1 << 30)
    return Run(rooms, count, os.environ.get("TEST_SEED", ""), bool(os.environ.get("OPEN"))).go()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
