# SPDX-License-Identifier: BSD-2-Clause
"""Prove the queue with CBMC and its signalling loop with SPIN; try that the proofs can fail.

For tests/run.py: a line for each proof, for its vacuity check (an assertion that is false
at the end must fail), for each mutant of the source or the model (which must be refuted),
and for the text that the model mirrors. No answer in time is a failure, never a pass.

    B=build python3 devices/lib/proof/prove.py [NAME...]

The harnesses are proved with ../queue.h and ../queue.c as they are, beside a shared.h at
whose accesses the peer runs.
"""

import concurrent.futures
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
LIB = HERE.parent
ROOT = LIB.parent.parent
B = (ROOT / os.environ.get("B", "build")).resolve()
OUT = B / "proof/devices/lib"
LIMIT_S = 120  # of wall-clock time, on a machine that does other work too
FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --signed-overflow-check "
         "--nondet-static --unwind 3 --unwinding-assertions --slice-formula "
         "--stop-on-fail").split()
PROOFS = ["fifo", "hostile", "restart"]

# file, text, text in its place, the proof that must refute it
MUTANTS = [
    ("queue.h", "queue_advance(struct queue *q, uint32_t count)\n{\n\tq->index += count;",
     "queue_advance(struct queue *q, uint32_t count)\n{\n\tq->index += count + 1u;", "fifo"),
    ("queue.h", "(q->index + ahead) & (q->capacity - 1u)", "(ahead) & (q->capacity - 1u)",
     "fifo"),
    ("queue.h", "(uint32_t)word + q->bias;", "(uint32_t)word + q->capacity;", "fifo"),
    ("queue.h", "|| count > q->capacity, 0", "|| count > q->capacity + 1u, 0", "hostile"),
    ("queue.h", "|| count > q->capacity, 0", ", 0", "hostile"),
    ("queue.h", "word >> 32 != q->session || ", "", "restart"),
    ("queue.h", "q->told = q->index;", "", "hostile"),
    ("queue.c", "limit - q->index <= q->capacity", "limit - q->index < q->capacity",
     "restart"),
    ("queue.c", "q->session = QUEUE_CUT;", "", "hostile"),
    ("queue.c", "q->faults++;", "", "hostile"),
    ("queue.c", "q->told = q->bias - q->capacity;", "q->told = 0;", "restart"),
    ("queue.c", "generation_of(own, producer) + 1u", "generation_of(own, producer)",
     "restart"),
    ("queue.c", "q->index = 0;", "", "restart"),
]

MODEL_HOLDS = ["CAP=1", "CAP=2", "CAP=3"]
MODEL_MUTANTS = ["NO_ASK", "NO_MOVED", "LATE_ASK", "WRONG_WINDOW", "NO_SIGNAL"]

# What signal.pml mirrors, and the first 16 digits of the SHA-256 of its text.
MIRRORED = {
    "queue.h": ["queue_refresh", "queue_ready", "queue_advance", "queue_ask", "queue_moved",
                "queue_wanted"],
    "signal.h": ["signal_round"],
}
MIRRORED_SHA256 = "2577668133cd15d8"


def run(words, folder):
    """Output of a program, and "no answer" if it takes longer than LIMIT_S."""
    environment = dict(os.environ, PATH=f"{B / 'tools'}:{os.environ['PATH']}")
    try:
        result = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S,
                                env=environment, cwd=folder, check=False)
        return result.stdout + result.stderr
    except subprocess.TimeoutExpired:
        return f"no answer in {LIMIT_S} s"


def fresh(tag):
    folder = OUT / re.sub(r"\W+", "-", tag)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def last_line(output):
    return (output.strip().splitlines() or ["no output"])[-1]


def prove(tag, name, mutant=None, define=()):
    """CBMC's verdict on a harness: "holds", "refuted", or what went wrong."""
    folder = fresh(tag)
    for path in [LIB / "queue.h", LIB / "queue.c", *HERE.glob("*.[ch]")]:
        shutil.copy(path, folder)
    if mutant:
        text = (folder / mutant[0]).read_text()
        if text.count(mutant[1]) != 1:
            return f"{mutant[0]} does not contain once: {mutant[1]}"
        (folder / mutant[0]).write_text(text.replace(mutant[1], mutant[2]))
    output = run([str(B / "tools/cbmc"), f"{name}.c", "queue.c", "-I.", *FLAGS,
                  *[f"-D{d}" for d in define]], folder)
    (folder / "cbmc.log").write_text(output)
    if "VERIFICATION SUCCESSFUL" in output:
        return "holds"
    return "refuted" if "VERIFICATION FAILED" in output else last_line(output)


def model(tag, define):
    """SPIN's verdict on the model."""
    folder = fresh(tag)
    output = run(["spin", f"-D{define}", "-a", str(HERE / "signal.pml")], folder)
    output += run(["gcc", "-O1", "-DSAFETY", "-w", "-o", "pan", "pan.c"], folder)
    if (folder / "pan").exists():
        output += run(["./pan", "-m100000"], folder)
    (folder / "spin.log").write_text(output)
    errors = re.search(r"errors: (\d+)", output)
    if errors is None or "max search depth too small" in output:
        return last_line(output)
    return "refuted" if int(errors.group(1)) else "holds"


def mirrored():
    """Whether the C that the model mirrors is still the C that it was made from."""
    text = ""
    for name, names in MIRRORED.items():
        source = (LIB / name).read_text()
        for function in names:
            found = re.search(rf"^static inline [^\n;]*\b{function}\(.*?^}}$", source,
                              re.M | re.S)
            if found is None:
                return f"{name} has no {function}"
            text += " ".join(found.group(0).split()) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return "holds" if digest == MIRRORED_SHA256 else \
        f"look whether signal.pml still fits, then enter {digest}"


def cases():
    """Every case: (name, proof, expected verdict, function, its arguments)."""
    for name in PROOFS:
        yield f"{name} holds", name, "holds", prove, (name,)
        yield f"{name} is not vacuous", name, "refuted", prove, (name, None, ("VACUITY",))
    for number, mutant in enumerate(MUTANTS, 1):
        yield (f"{mutant[3]} refutes mutant {number}, of {mutant[0]}", mutant[3], "refuted",
               prove, (mutant[3], mutant))
    for define in MODEL_HOLDS:
        yield f"signal model holds with {define}", "signal", "holds", model, (define,)
    for define in MODEL_MUTANTS:
        yield f"signal model is refuted with {define}", "signal", "refuted", model, (define,)


def judge(case):
    name, _, expected, function, arguments = case
    start = time.monotonic()
    verdict = function(name, *arguments)
    good = verdict == expected
    why = "" if good else f": {verdict}, not {expected}"
    print(f"{'ok' if good else 'not ok'} - queue proof: {name} "
          f"({time.monotonic() - start:.0f} s){why}", flush=True)
    return good


def main(names):
    verdict = mirrored()
    good = verdict == "holds"
    print(f"{'ok' if good else 'not ok'} - queue proof: the model mirrors the C"
          f"{'' if good else ': ' + verdict}", flush=True)
    chosen = [case for case in cases() if not names or case[1] in names]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return 0 if all([*pool.map(judge, chosen), good]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
